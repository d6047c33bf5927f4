import { type Kind, type KubeObject, type Secret, secretKind } from '@coxswain/api';
import type { Logger } from '@coxswain/foundation';
import { editable, type ObjectStore } from '../registry/object-store.ts';
import { LAST_USED } from './legacy-token-authenticator.ts';

const KIND = secretKind as unknown as Kind;

/** Labels a Secret with the day on which its token was last used (KEP-2799); at most one write a Secret and day here. */
export function noteTokenUse(
  store: ObjectStore,
  log: Logger,
  signal: AbortSignal,
): (secret: Secret, day: string) => void {
  const noted = new Map<string, string>();
  return ({ metadata }, day) => {
    const { name, namespace = '', uid = '' } = metadata;
    if (noted.get(uid) === day) return;
    if (noted.size >= 10_000) noted.clear();
    noted.set(uid, day);
    const write = store.change(
      KIND,
      namespace,
      name,
      ({ object }) => {
        const next = editable(object as unknown as Secret);
        next.metadata.labels = { ...next.metadata.labels, [LAST_USED]: day };
        return { action: 'put', object: next as unknown as KubeObject };
      },
      { dryRun: false, signal },
    );
    write.catch((err) => {
      noted.delete(uid);
      if (!signal.aborted) log.debug({ err, secret: `${namespace}/${name}` }, 'use of a token not noted');
    });
  };
}

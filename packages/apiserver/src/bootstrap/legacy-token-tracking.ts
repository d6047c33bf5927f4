import { configMapKind, isAlreadyExists, type Kind, type KubeObject } from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';
import { createObject } from '../handlers/create.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';

const NAMESPACE = 'kube-system';
const NAME = 'kube-apiserver-legacy-service-account-token-tracking';
const kind = configMapKind as unknown as Kind;

/** Says since which day uses of tokens in Secrets are noted (KEP-2799). */
export async function ensureLegacyTokenTracking(
  dependencies: HandlerDependencies,
  user: UserInfo,
  signal: AbortSignal,
): Promise<void> {
  if (dependencies.store.cached(kind, NAMESPACE, NAME)) return;
  const data = { since: new Date(dependencies.clock.now()).toISOString().slice(0, 10) };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, namespace: NAMESPACE }, data };
  try {
    const options = { dryRun: false, fieldManager: 'kube-apiserver', signal };
    await createObject(dependencies, user, kind, NAMESPACE, object as KubeObject, options);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

import { isAlreadyExists, type Kind, type KubeObject, namespaceKind } from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';
import { createObject } from '../handlers/create.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';

const NAMES = ['kube-system', 'default', 'kube-public', 'kube-node-lease'];
const kind = namespaceKind as unknown as Kind;

/** Makes the namespaces that every cluster has, where they are missing. */
export async function ensureSystemNamespaces(
  dependencies: HandlerDependencies,
  user: UserInfo,
  signal: AbortSignal,
): Promise<void> {
  for (const name of NAMES) {
    if (dependencies.store.cached(kind, '', name)) continue;
    const object: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    try {
      await createObject(dependencies, user, kind, '', { ...object, spec: {} } as KubeObject, {
        dryRun: false,
        fieldManager: 'kube-apiserver',
        signal,
      });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
}

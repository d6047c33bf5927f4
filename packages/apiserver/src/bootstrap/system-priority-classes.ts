import { isAlreadyExists, type Kind, type KubeObject, priorityClassKind } from '@coxswain/api';
import { SYSTEM_PRIORITY_CLASSES } from '../admission/priority.ts';
import type { UserInfo } from '../authentication/user-info.ts';
import { createObject } from '../handlers/create.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';

const kind = priorityClassKind as unknown as Kind;

/** Makes the priority classes of system pods, where they are missing. */
export async function ensureSystemPriorityClasses(
  dependencies: HandlerDependencies,
  user: UserInfo,
  signal: AbortSignal,
): Promise<void> {
  for (const [name, { value, description }] of Object.entries(SYSTEM_PRIORITY_CLASSES)) {
    if (dependencies.store.cached(kind, '', name)) continue;
    const metadata = { name };
    const object = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata, value, description };
    try {
      const options = { dryRun: false, fieldManager: 'kube-apiserver', signal };
      await createObject(dependencies, user, kind, '', object as KubeObject, options);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
}

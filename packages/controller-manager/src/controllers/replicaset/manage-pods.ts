import { isConflict, isNotFound, type Pod, podKind, type ReplicaSet, replicaSetKind, statusCause } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import type { Events } from '../../controller-context.ts';
import { controllerRefTo } from '../../shared/controller-ref.ts';
import type { Expectations } from '../../shared/expectations.ts';
import { slowStart } from '../../shared/slow-start.ts';
import type { ReplicaSetFailure } from './replica-set-status.ts';

export interface ManageOptions {
  readonly client: ApiClient;
  readonly events: Events;
  readonly expectations: Expectations;
  readonly key: string;
  readonly signal: AbortSignal;
}

export interface ManageFailure extends ReplicaSetFailure {
  readonly error: unknown;
}

/** Creates `count` pods in growing batches; resolves with the first failure, if any. */
export async function createPods(
  replicaSet: ReplicaSet,
  count: number,
  { client, events, expectations, key, signal }: ManageOptions,
): Promise<ManageFailure | undefined> {
  expectations.expectCreations(key, count);
  const pods = client.resource(podKind);
  const { errors, skipped } = await slowStart(count, async () => {
    try {
      const created = await pods.create(podFromTemplate(replicaSet), { signal });
      events.event(replicaSet, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
    } catch (error) {
      expectations.creationObserved(key);
      if (statusCause(error, 'NamespaceTerminating')) return;
      events.event(replicaSet, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
      throw error;
    }
  });
  if (skipped > 0) expectations.creationObserved(key, skipped);
  return errors.length === 0 ? undefined : { reason: 'FailedCreate', message: messageOf(errors[0]), error: errors[0] };
}

/** Deletes these very pods; one that is gone already is fine. Resolves with the first failure, if any. */
export async function deletePods(
  replicaSet: ReplicaSet,
  victims: readonly Pod[],
  { client, events, expectations, key, signal }: ManageOptions,
): Promise<ManageFailure | undefined> {
  expectations.expectDeletions(
    key,
    victims.map(({ metadata }) => metadata.uid ?? ''),
  );
  const pods = client.resource(podKind);
  const errors: unknown[] = [];
  await Promise.all(
    victims.map(async ({ metadata: { name, namespace, uid = '' } }) => {
      try {
        await pods.delete(name, { namespace, signal, preconditions: { uid } });
        events.event(replicaSet, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
      } catch (error) {
        expectations.deletionObserved(key, uid);
        if (isNotFound(error) || isConflict(error)) return;
        events.event(replicaSet, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
        errors.push(error);
      }
    }),
  );
  return errors.length === 0 ? undefined : { reason: 'FailedDelete', message: messageOf(errors[0]), error: errors[0] };
}

function podFromTemplate(replicaSet: ReplicaSet): Pod {
  const { metadata, spec } = replicaSet.spec.template;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: `${replicaSet.metadata.name}-`,
      namespace: replicaSet.metadata.namespace,
      labels: metadata?.labels,
      annotations: metadata?.annotations,
      finalizers: metadata?.finalizers,
      ownerReferences: [controllerRefTo(replicaSet, replicaSetKind)],
    },
    spec,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

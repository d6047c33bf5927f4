import { isConflict, isNotFound, type KubeObject, type Pod, podKind, statusCause } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import type { Events } from '../controller-context.ts';
import type { Expectations } from './expectations.ts';
import { slowStart } from './slow-start.ts';

export interface ManageOptions {
  readonly client: ApiClient;
  readonly events: Events;
  readonly expectations: Expectations;
  readonly key: string;
  readonly signal: AbortSignal;
}

export interface ManageFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
  readonly error: unknown;
}

/**
 * Creates these pods in growing batches; resolves with the first failure, if any. The creations must be expected
 * already: those that fail or are never tried are taken off.
 */
export async function createPods(
  owner: KubeObject,
  wanted: readonly Pod[],
  { client, events, expectations, key, signal }: ManageOptions,
): Promise<ManageFailure | undefined> {
  const pods = client.resource(podKind);
  const { errors, skipped } = await slowStart(wanted.length, async (i) => {
    try {
      const created = await pods.create(wanted[i] as Pod, { signal });
      events.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
    } catch (error) {
      expectations.creationObserved(key);
      if (statusCause(error, 'NamespaceTerminating')) return;
      events.event(owner, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
      throw error;
    }
  });
  if (skipped > 0) expectations.creationObserved(key, skipped);
  return errors.length === 0 ? undefined : { reason: 'FailedCreate', message: messageOf(errors[0]), error: errors[0] };
}

/**
 * Deletes these very pods; one that is gone already is fine. Resolves with the first failure, if any. The deletions
 * must be expected already.
 */
export async function deletePods(
  owner: KubeObject,
  victims: readonly Pod[],
  { client, events, expectations, key, signal }: ManageOptions,
): Promise<ManageFailure | undefined> {
  const pods = client.resource(podKind);
  const errors: unknown[] = [];
  await Promise.all(
    victims.map(async ({ metadata: { name, namespace, uid = '' } }) => {
      try {
        await pods.delete(name, { namespace, signal, preconditions: { uid } });
        events.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
      } catch (error) {
        expectations.deletionObserved(key, uid);
        if (isNotFound(error) || isConflict(error)) return;
        events.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
        errors.push(error);
      }
    }),
  );
  return errors.length === 0 ? undefined : { reason: 'FailedDelete', message: messageOf(errors[0]), error: errors[0] };
}

export function uidsOf(objects: readonly KubeObject[]): string[] {
  return objects.map(({ metadata }) => metadata.uid ?? '');
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

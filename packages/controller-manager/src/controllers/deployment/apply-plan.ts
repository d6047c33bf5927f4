import {
  controllerOf,
  type Deployment,
  deploymentKind,
  isAlreadyExists,
  isNotFound,
  type ReplicaSet,
  replicaSetKind,
} from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import type { Events } from '../../controller-context.ts';
import { annotatedNumber, DESIRED_REPLICAS, MAX_REPLICAS, REVISION, replicasAnnotations } from './annotations.ts';
import type { DeploymentPlan } from './plan-deployment.ts';
import { replicasOf, sameTemplate } from './replica-sets.ts';
import { desiredReplicas, rollingLimits } from './rolling-limits.ts';
import type { Scale } from './scale.ts';

export interface ApplyOptions {
  readonly client: ApiClient;
  readonly events: Events;
  readonly signal: AbortSignal;
}

/**
 * Writes a plan but for its status. Every write is conditional on what the plan was made from. Resolves with the
 * Deployment's metadata for its status to be written upon: upstream's apiserver takes annotations from a status update
 * too, so that older ones would undo the revision.
 */
export async function applyPlan(
  deployment: Deployment,
  plan: DeploymentPlan,
  options: ApplyOptions,
): Promise<Deployment['metadata']> {
  const { client, signal } = options;
  const replicaSets = client.resource(replicaSetKind);
  if (plan.create) await create(deployment, plan.create, options);
  if (plan.update) await replicaSets.update(plan.update, { signal });
  for (const scale of plan.scales) await applyScale(deployment, scale, options);
  for (const { metadata } of plan.remove) {
    const { name, namespace, uid = '', resourceVersion = '' } = metadata;
    try {
      await replicaSets.delete(name, { namespace, signal, preconditions: { uid, resourceVersion } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  const { name, namespace, uid, resourceVersion } = deployment.metadata;
  if (plan.revision === undefined) return deployment.metadata;
  const body = { metadata: { uid, resourceVersion, annotations: { [REVISION]: plan.revision } } };
  const next = await client.resource(deploymentKind).patch(name, { type: 'merge', body }, { namespace, signal });
  return next.metadata;
}

/** A ReplicaSet of that name that isn't ours is a hash collision: the Deployment counts it, and the next name differs. */
async function create(deployment: Deployment, replicaSet: ReplicaSet, options: ApplyOptions): Promise<void> {
  const { client, events, signal } = options;
  const { name, namespace } = replicaSet.metadata;
  try {
    await client.resource(replicaSetKind).create(replicaSet, { signal });
  } catch (error) {
    if (isAlreadyExists(error)) {
      const existing = await client.resource(replicaSetKind).get(name, { namespace, signal });
      const ours = controllerOf(existing)?.uid === deployment.metadata.uid;
      if (ours && sameTemplate(existing.spec.template, deployment.spec.template)) return;
      const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
      const status = { ...deployment.status, collisionCount };
      await client.resource(deploymentKind).updateStatus({ ...deployment, status }, { signal });
    } else {
      events.event(
        deployment,
        'Warning',
        'ReplicaSetCreateError',
        `Failed to create new replica set "${name}": ${error}`,
      );
    }
    throw error;
  }
  const size = replicasOf(replicaSet);
  if (size > 0)
    events.event(deployment, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${size}`);
}

async function applyScale(deployment: Deployment, { replicaSet, to }: Scale, options: ApplyOptions): Promise<void> {
  const desired = desiredReplicas(deployment);
  const max = desired + rollingLimits(deployment).maxSurge;
  const from = replicasOf(replicaSet);
  const annotated =
    annotatedNumber(replicaSet, DESIRED_REPLICAS) === desired && annotatedNumber(replicaSet, MAX_REPLICAS) === max;
  if (from === to && annotated) return;
  const { metadata, spec } = replicaSet;
  const annotations = { ...metadata.annotations, ...replicasAnnotations(desired, max) };
  const next = { ...replicaSet, metadata: { ...metadata, annotations }, spec: { ...spec, replicas: to } };
  await options.client.resource(replicaSetKind).update(next, { signal: options.signal });
  if (from === to) return;
  const direction = to > from ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${metadata.name} from ${from} to ${to}`;
  options.events.event(deployment, 'Normal', 'ScalingReplicaSet', message);
}

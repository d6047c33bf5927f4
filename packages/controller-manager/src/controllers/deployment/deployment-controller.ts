import {
  controllerOf,
  controllerRef,
  type Deployment,
  deploymentKind,
  objectKey,
  type ReplicaSet,
  replicaSetKind,
} from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { applyClaims } from '../../shared/apply-claims.ts';
import { sameStatus } from '../../shared/compact.ts';
import { planClaims } from '../../shared/plan-claims.ts';
import { podInformer, podsOfController } from '../../shared/pod-index.ts';
import { selectorOf } from '../../shared/selector-of.ts';
import { applyPlan } from './apply-plan.ts';
import { planDeployment } from './plan-deployment.ts';
import { isRollingUpdate } from './rolling-limits.ts';

/** Rolls a Deployment's pods from one template to the next through ReplicaSets. */
export function createDeploymentController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const deployments = context.informers.for(deploymentKind);
  const replicaSets = context.informers.for(replicaSetKind);
  const pods = podInformer(context.informers);
  const events = context.eventsOf('deployment-controller');

  function keysOfReplicaSet(replicaSet: ReplicaSet): string[] {
    const { namespace = '', labels = {} } = replicaSet.metadata;
    const reference = controllerOf(replicaSet);
    if (reference) return reference.kind === 'Deployment' ? [`${namespace}/${reference.name}`] : [];
    return deployments.lister
      .byNamespace(namespace)
      .filter(({ spec }) => selectorOf(spec.selector).matches(labels))
      .map(objectKey);
  }

  async function claimReplicaSets(deployment: Deployment, signal: AbortSignal): Promise<ReplicaSet[]> {
    const { name, namespace = '' } = deployment.metadata;
    const selector = selectorOf(deployment.spec.selector);
    const claims = planClaims({
      owner: deployment,
      objects: replicaSets.lister.byNamespace(namespace),
      matches: (replicaSet) => selector.matches(replicaSet.metadata.labels ?? {}),
    });
    return applyClaims(claims, {
      client: client.resource(replicaSetKind),
      reference: controllerRef(deployment, deploymentKind),
      liveOwner: () => client.resource(deploymentKind).get(name, { namespace, signal }),
      signal,
    });
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const deployment = deployments.lister.get(key);
    if (!deployment) return done;
    if (selectorOf(deployment.spec.selector).isEmpty()) {
      const message = 'This deployment is selecting all pods. A non-empty selector is required.';
      events.event(deployment, 'Warning', 'SelectingAll', message);
      return done;
    }
    const owned = await claimReplicaSets(deployment, signal);
    const ownedPods = isRollingUpdate(deployment)
      ? []
      : owned.flatMap(({ metadata }) => podsOfController(pods, metadata.uid ?? ''));
    const plan = planDeployment({ deployment, replicaSets: owned, pods: ownedPods, now: clock.now() });
    const gone = deployment.metadata.deletionTimestamp !== undefined;
    const metadata = gone ? deployment.metadata : await applyPlan(deployment, plan, { client, events, signal });
    if (!sameStatus(plan.status, deployment.status))
      await client.resource(deploymentKind).updateStatus({ ...deployment, metadata, status: plan.status }, { signal });
    return plan.requeueAfterMs === undefined ? done : requeueAfter(plan.requeueAfterMs);
  }

  return {
    name: 'deployment',
    sources: [
      source(deployments, (deployment) => [objectKey(deployment)]),
      source(replicaSets, (replicaSet, event, old) =>
        event === 'updated' && old && controllerOf(old)?.uid !== controllerOf(replicaSet)?.uid
          ? [...keysOfReplicaSet(replicaSet), ...keysOfReplicaSet(old)]
          : keysOfReplicaSet(replicaSet),
      ),
      source(pods, (pod) => {
        const owner = controllerOf(pod);
        if (owner?.kind !== 'ReplicaSet') return [];
        const replicaSet = replicaSets.lister.get(`${pod.metadata.namespace}/${owner.name}`);
        const keys = replicaSet ? keysOfReplicaSet(replicaSet) : [];
        return keys.filter((key) => {
          const deployment = deployments.lister.get(key);
          return deployment !== undefined && !isRollingUpdate(deployment);
        });
      }),
    ],
    reconcile,
  };
}

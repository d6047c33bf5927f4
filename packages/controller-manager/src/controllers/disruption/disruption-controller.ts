import {
  deploymentKind,
  type KubeObject,
  type OwnerReferenceShape,
  objectKey,
  type Pod,
  type PodDisruptionBudget,
  podDisruptionBudgetKind,
  replicaSetKind,
  replicationControllerKind,
  statefulSetKind,
} from '@coxswain/api';
import { type Controller, done, type Informer, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { sameStatus } from '../../shared/compact.ts';
import { podInformer } from '../../shared/pod-index.ts';
import { selectorOf } from '../../shared/selector-of.ts';
import { expectedScale, type Scaled } from './expected-scale.ts';
import { failedBudget, needsScale, planBudget } from './plan-budget.ts';

/** Says in each PodDisruptionBudget's status how many of its pods may be disrupted; the eviction API goes by it. */
export function createDisruptionController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const budgets = context.informers.for(podDisruptionBudgetKind);
  const pods = podInformer(context.informers);
  const events = context.eventsOf('controllermanager');
  const scalable = [deploymentKind, replicaSetKind, statefulSetKind, replicationControllerKind].map(
    (kind) => context.informers.for(kind as never) as unknown as Informer<KubeObject>,
  );

  function find(namespace: string, { apiVersion, kind, name }: OwnerReferenceShape): Scaled | undefined | null {
    const informer = scalable.find((each) => each.kind.kind === kind && sameGroup(each.kind.apiVersion, apiVersion));
    return informer ? (informer.lister.get(`${namespace}/${name}`) as Scaled | undefined) : null;
  }

  function budgetsOf(pod: Pod): PodDisruptionBudget[] {
    return budgets.lister
      .byNamespace(pod.metadata.namespace ?? '')
      .filter(({ spec }) => selectorOf(spec.selector).matches(pod.metadata.labels ?? {}));
  }

  async function write(budget: PodDisruptionBudget, status: PodDisruptionBudget['status'], signal: AbortSignal) {
    // An eviction that was granted meanwhile makes this conflict; then it is counted anew.
    if (!sameStatus(status, budget.status))
      await client.resource(podDisruptionBudgetKind).updateStatus({ ...budget, status }, { signal });
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const budget = budgets.lister.get(key);
    if (!budget) return done;
    const selector = selectorOf(budget.spec.selector);
    const selected = pods.lister
      .byNamespace(budget.metadata.namespace ?? '')
      .filter(({ metadata }) => selector.matches(metadata.labels ?? {}));
    if (selected.length === 0) events.event(budget, 'Normal', 'NoPods', 'No matching pods found');
    let scale = 0;
    if (needsScale(budget)) {
      try {
        const found = expectedScale(selected, { find });
        scale = found.scale;
        if (found.unmanaged.length > 0)
          events.event(
            budget,
            'Warning',
            'UnmanagedPods',
            `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`,
          );
      } catch (error) {
        const { message } = error as Error;
        const what = `Failed to calculate the number of expected pods: ${message}`;
        events.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', what);
        await write(budget, failedBudget(budget, message, clock.now()), signal);
        return done;
      }
    }
    const plan = planBudget({ budget, pods: selected, scale, now: clock.now() });
    for (const pod of plan.notDeleted) {
      const { namespace, name } = budget.metadata;
      const message = `Pod was expected by PDB ${namespace}/${name} to be deleted but it wasn't`;
      events.event(pod, 'Warning', 'NotDeleted', message);
    }
    await write(budget, plan.status, signal);
    return plan.recheckInMs === undefined ? done : requeueAfter(plan.recheckInMs);
  }

  return {
    name: 'disruption',
    sources: [
      source(budgets),
      source(pods, (pod, _event, old) => [...budgetsOf(pod), ...(old ? budgetsOf(old) : [])].map(objectKey)),
      ...scalable.map((informer) =>
        source(informer, ({ metadata }) =>
          budgets.lister
            .byNamespace(metadata.namespace ?? '')
            .filter(needsScale)
            .map(objectKey),
        ),
      ),
    ],
    reconcile,
  };
}

function sameGroup(a: string, b: string): boolean {
  const group = (apiVersion: string) => (apiVersion.includes('/') ? apiVersion.split('/')[0] : '');
  return group(a) === group(b);
}

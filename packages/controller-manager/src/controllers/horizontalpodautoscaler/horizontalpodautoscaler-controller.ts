import {
  deepEqual,
  type HorizontalPodAutoscaler,
  type HorizontalPodAutoscalerStatus,
  horizontalPodAutoscalerKind,
  type MetricStatus,
  objectKey,
  type Pod,
  parseLabelSelector,
  parseQuantity,
  type Scale,
  type Selector,
} from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { sameStatus } from '../../shared/compact.ts';
import { messageOf } from '../../shared/manage-pods.ts';
import { podInformer } from '../../shared/pod-index.ts';
import { timestamp } from '../../shared/times.ts';
import { AutoscalerConditions } from './autoscaler-conditions.ts';
import { type Proposal, ProposalError, proposeReplicas } from './metric-proposals.ts';
import { MetricsApis } from './metrics-apis.ts';
import { longestPeriodMs, planScale } from './plan-scale.ts';
import { ScaleMemory } from './scale-memory.ts';
import { ScaleTargets } from './scale-targets.ts';

/** Upstream's --horizontal-pod-autoscaler-*. */
export interface AutoscalerOptions {
  readonly syncPeriodMs: number;
  readonly downscaleStabilizationMs: number;
  readonly tolerance: number;
  readonly cpuInitializationPeriodMs: number;
  readonly initialReadinessDelayMs: number;
}

/** Thrown once status and events tell of it; the next period tries again. */
class ToldError extends Error {}

/** Scales what has a scale subresource by what its pods use. */
export function createHorizontalPodAutoscalerController(
  context: ControllerContext,
  options: AutoscalerOptions,
): Controller {
  const { client, clock, log } = context;
  const autoscalers = context.informers.for(horizontalPodAutoscalerKind);
  const pods = podInformer(context.informers);
  const events = context.eventsOf('horizontal-pod-autoscaler');
  const metrics = new MetricsApis(client);
  const targets = new ScaleTargets(client);
  const memories = new Map<string, ScaleMemory>();
  /** The pods' selector of each autoscaler, as its target's scale last told. */
  const selectors = new Map<string, Selector>();
  autoscalers.addHandler({
    deleted(autoscaler) {
      memories.delete(objectKey(autoscaler));
      selectors.delete(objectKey(autoscaler));
    },
  });

  /** What all metrics together ask for, and the one that asks for most. @throws ToldError */
  async function recommend(
    autoscaler: HorizontalPodAutoscaler,
    scale: Scale,
    conditions: AutoscalerConditions,
    statuses: MetricStatus[],
    signal: AbortSignal,
  ): Promise<Proposal> {
    const { namespace = '' } = autoscaler.metadata;
    const inactive = (reason: string, message: string) => conditions.set('ScalingActive', false, reason, message);
    const text = scale.status?.selector ?? '';
    if (text === '') {
      const message = "the HPA target's scale is missing a selector";
      events.event(autoscaler, 'Warning', 'SelectorRequired', 'selector is required');
      inactive('InvalidSelector', message);
      throw new ToldError('selector is required');
    }
    const selector = parseLabelSelector(text);
    const own = pods.lister.byNamespace(namespace).filter(({ metadata }) => selector.matches(metadata.labels ?? {}));
    selectors.set(objectKey(autoscaler), selector);
    const rivals = rivalsFor(own, namespace);
    if (rivals.length > 1) {
      const message = `pods by selector ${text} are controlled by multiple HPAs: [${rivals.join(' ')}]`;
      events.event(autoscaler, 'Warning', 'AmbiguousSelector', message);
      inactive('AmbiguousSelector', message);
      throw new ToldError(message);
    }
    const tolerance = (value: string | undefined) => (value === undefined ? options.tolerance : toNumber(value));
    const { behavior, metrics: specs = [] } = autoscaler.spec;
    const proposals: Proposal[] = [];
    let failed: ProposalError | undefined;
    let failures = 0;
    for (const spec of specs)
      try {
        const proposal = await proposeReplicas(spec, {
          ...options,
          metrics,
          namespace,
          selector: text,
          pods: own,
          specReplicas: scale.spec.replicas ?? 0,
          statusReplicas: scale.status?.replicas ?? 0,
          tolerances: {
            scaleUp: tolerance(behavior?.scaleUp?.tolerance),
            scaleDown: tolerance(behavior?.scaleDown?.tolerance),
          },
          now: clock.now(),
          signal,
          resourceOf: (reference) => targets.resourceOf(reference, signal),
        });
        statuses.push(proposal.status);
        proposals.push(proposal);
      } catch (error) {
        if (!(error instanceof ProposalError)) throw error;
        failures++;
        failed ??= error;
        events.event(autoscaler, 'Warning', error.reason, error.message);
      }
    const most = proposals.reduce<Proposal | undefined>((a, b) => (a && a.replicas >= b.replicas ? a : b), undefined);
    // With one metric unknown the others may add pods but not take any away.
    if (!most || (failed && most.replicas < (scale.spec.replicas ?? 0))) {
      if (failed) inactive(failed.reason, `the HPA was unable to compute the replica count: ${failed.message}`);
      const message = `invalid metrics (${failures} invalid out of ${specs.length}), first error is: ${failed?.message}`;
      throw new ToldError(message);
    }
    conditions.set(
      'ScalingActive',
      true,
      'ValidMetricFound',
      `the HPA was able to successfully calculate a replica count from ${most.metric}`,
    );
    return most;
  }

  /** The autoscalers that scale any of these pods. */
  function rivalsFor(own: readonly Pod[], namespace: string): string[] {
    return [...selectors]
      .filter(([key]) => key.startsWith(`${namespace}/`))
      .filter(([, selector]) => own.some(({ metadata }) => selector.matches(metadata.labels ?? {})))
      .map(([key]) => key)
      .sort();
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const autoscaler = autoscalers.lister.get(key);
    if (!autoscaler || autoscaler.metadata.deletionTimestamp !== undefined) return done;
    const memory = memories.get(key) ?? new ScaleMemory();
    memories.set(key, memory);
    const now = clock.now();
    const conditions = new AutoscalerConditions(autoscaler.status?.conditions, now);
    const statuses: MetricStatus[] = [];
    let counts = {
      currentReplicas: autoscaler.status?.currentReplicas ?? 0,
      desiredReplicas: autoscaler.status?.desiredReplicas ?? 0,
    };
    let lastScaleTime = autoscaler.status?.lastScaleTime;
    try {
      const current = await scaleOf(autoscaler, conditions, signal);
      counts = { ...counts, currentReplicas: current.spec.replicas ?? 0 };
      const wanted = await decide(autoscaler, current, { conditions, statuses, memory, now, signal });
      if (wanted.replicas !== counts.currentReplicas) {
        await rescale(autoscaler, current, wanted, { conditions, signal });
        memory.changed(counts.currentReplicas, wanted.replicas, now);
        lastScaleTime = timestamp(now);
      }
      counts = { ...counts, desiredReplicas: wanted.replicas };
    } catch (error) {
      if (!(error instanceof ToldError)) throw error;
      log.debug({ autoscaler: key, reason: error.message }, 'failed to compute desired number of replicas');
    }
    const status: HorizontalPodAutoscalerStatus = {
      ...counts,
      ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
      currentMetrics: statuses.length > 0 ? statuses : (autoscaler.status?.currentMetrics ?? []),
      conditions: conditions.all,
    };
    if (!sameStatus(status, autoscaler.status))
      await client.resource(horizontalPodAutoscalerKind).updateStatus({ ...autoscaler, status }, { signal });
    memory.forgetBefore(now - longestPeriodMs(autoscaler.spec.behavior, options.downscaleStabilizationMs));
    return requeueAfter(options.syncPeriodMs);
  }

  async function scaleOf(
    autoscaler: HorizontalPodAutoscaler,
    conditions: AutoscalerConditions,
    signal: AbortSignal,
  ): Promise<Scale> {
    try {
      const { namespace = '' } = autoscaler.metadata;
      const scale = await targets.get(namespace, autoscaler.spec.scaleTargetRef, signal);
      const message = "the HPA controller was able to get the target's current scale";
      conditions.set('AbleToScale', true, 'SucceededGetScale', message);
      return scale;
    } catch (error) {
      signal.throwIfAborted();
      events.event(autoscaler, 'Warning', 'FailedGetScale', messageOf(error));
      const message = `the HPA controller was unable to get the target's current scale: ${messageOf(error)}`;
      conditions.set('AbleToScale', false, 'FailedGetScale', message);
      throw new ToldError(message);
    }
  }

  interface Pass {
    readonly conditions: AutoscalerConditions;
    readonly statuses: MetricStatus[];
    readonly memory: ScaleMemory;
    readonly now: number;
    readonly signal: AbortSignal;
  }

  async function decide(autoscaler: HorizontalPodAutoscaler, scale: Scale, pass: Pass) {
    const { minReplicas: min = 1, maxReplicas: max, behavior } = autoscaler.spec;
    const { conditions, memory, now } = pass;
    const current = scale.spec.replicas ?? 0;
    if (memory.recommendations.length === 0) memory.recommendations.push({ at: now, replicas: current });
    if (current === 0 && min !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero';
      conditions.set('ScalingActive', false, 'ScalingDisabled', message);
      return { replicas: 0, reason: '' };
    }
    if (current > max) return { replicas: max, reason: 'Current number of replicas above Spec.MaxReplicas' };
    if (current < min) return { replicas: min, reason: 'Current number of replicas below Spec.MinReplicas' };
    const proposal = await recommend(autoscaler, scale, conditions, pass.statuses, pass.signal).catch((error) => {
      if (error instanceof ToldError)
        events.event(autoscaler, 'Warning', 'FailedComputeMetricsReplicas', error.message);
      throw error;
    });
    const plan = planScale({
      current,
      wanted: proposal.replicas,
      min,
      max,
      behavior,
      recommendations: memory.recommendations,
      scaleUps: memory.scaleUps,
      scaleDowns: memory.scaleDowns,
      downscaleStabilizationMs: options.downscaleStabilizationMs,
      now,
    });
    memory.recommendations.push({ at: now, replicas: proposal.replicas });
    conditions.set('AbleToScale', true, plan.able.reason, plan.able.message);
    conditions.set('ScalingLimited', plan.limited.limited, plan.limited.reason, plan.limited.message);
    const reason = plan.replicas > current ? `${proposal.metric} above target` : 'All metrics below target';
    return { replicas: plan.replicas, reason };
  }

  async function rescale(
    autoscaler: HorizontalPodAutoscaler,
    scale: Scale,
    { replicas, reason }: { readonly replicas: number; readonly reason: string },
    { conditions, signal }: Pick<Pass, 'conditions' | 'signal'>,
  ): Promise<void> {
    const { namespace = '' } = autoscaler.metadata;
    try {
      await targets.set(namespace, autoscaler.spec.scaleTargetRef, scale, replicas, signal);
    } catch (error) {
      signal.throwIfAborted();
      const told = `New size: ${replicas}; reason: ${reason}; error: ${messageOf(error)}`;
      events.event(autoscaler, 'Warning', 'FailedRescale', told);
      const message = `the HPA controller was unable to update the target scale: ${messageOf(error)}`;
      conditions.set('AbleToScale', false, 'FailedUpdateScale', message);
      throw new ToldError(message);
    }
    const message = `the HPA controller was able to update the target scale to ${replicas}`;
    conditions.set('AbleToScale', true, 'SucceededRescale', message);
    events.event(autoscaler, 'Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`);
  }

  return {
    name: 'horizontalpodautoscaler',
    sources: [
      // Its own status wakes nothing: the period does.
      source(autoscalers, (autoscaler, event, old) =>
        event === 'updated' && old && deepEqual(autoscaler.spec, old.spec) ? [] : [objectKey(autoscaler)],
      ),
    ],
    reconcile,
  };
}

function toNumber(text: string): number {
  return parseQuantity(text).toNumber();
}

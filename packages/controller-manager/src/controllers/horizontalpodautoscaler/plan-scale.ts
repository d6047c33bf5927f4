import type { HorizontalPodAutoscalerBehavior, HPAScalingRules } from '@coxswain/api';

/** A recommendation or a change of scale at a time in milliseconds; `replicas` is what was wanted, or the change's size. */
export interface Sample {
  readonly at: number;
  readonly replicas: number;
}

export interface Limited {
  readonly reason: string;
  readonly message: string;
  /** Of the condition ScalingLimited. */
  readonly limited: boolean;
}

export interface ScaleInput {
  readonly current: number;
  /** What the metrics ask for. */
  readonly wanted: number;
  readonly min: number;
  readonly max: number;
  readonly behavior: HorizontalPodAutoscalerBehavior | undefined;
  /** Earlier recommendations. */
  readonly recommendations: readonly Sample[];
  readonly scaleUps: readonly Sample[];
  readonly scaleDowns: readonly Sample[];
  /** --horizontal-pod-autoscaler-downscale-stabilization, where the behavior doesn't say. */
  readonly downscaleStabilizationMs: number;
  readonly now: number;
}

export interface ScalePlan {
  readonly replicas: number;
  /** AbleToScale's reason and message. */
  readonly able: { readonly reason: string; readonly message: string };
  readonly limited: Limited;
}

/** From what the metrics ask for to what is done now: stabilised by earlier recommendations, within rates and bounds. */
export function planScale(input: ScaleInput): ScalePlan {
  const stable = stabilize(input);
  const able =
    stable === input.wanted
      ? { reason: 'ReadyForNewScale', message: 'recommended size matches current size' }
      : stable < input.wanted
        ? {
            reason: 'ScaleUpStabilized',
            message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
          }
        : {
            reason: 'ScaleDownStabilized',
            message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
          };
  return { able, ...limit(input, stable) };
}

function stabilize({ behavior, recommendations, wanted, current, now, downscaleStabilizationMs }: ScaleInput): number {
  const upMs = (behavior?.scaleUp?.stabilizationWindowSeconds ?? 0) * 1000;
  const downSeconds = behavior?.scaleDown?.stabilizationWindowSeconds;
  const downMs = downSeconds === undefined ? downscaleStabilizationMs : downSeconds * 1000;
  let low = wanted;
  let high = wanted;
  for (const { at, replicas } of recommendations) {
    if (at > now - upMs) low = Math.min(low, replicas);
    if (at > now - downMs) high = Math.max(high, replicas);
  }
  return Math.min(Math.max(current, low), high);
}

function limit(input: ScaleInput, stable: number): Pick<ScalePlan, 'replicas' | 'limited'> {
  const { current, min, max, behavior } = input;
  const upLimit = behavior ? Math.max(current, scaleUpLimit(input)) : Math.max(2 * current, 4);
  const downLimit = behavior ? Math.min(current, scaleDownLimit(input)) : 0;
  const to = (replicas: number, reason: string, message: string) => ({
    replicas,
    limited: { limited: true, reason, message: `the desired replica count is ${message}` },
  });
  if (stable > Math.min(max, upLimit) && (behavior === undefined || stable > current))
    return max <= upLimit
      ? to(max, 'TooManyReplicas', 'more than the maximum replica count')
      : to(upLimit, 'ScaleUpLimit', 'increasing faster than the maximum scale rate');
  const floor = Math.max(min, downLimit);
  if (stable < floor && (behavior === undefined || stable < current))
    return min >= downLimit
      ? to(min, 'TooFewReplicas', 'less than the minimum replica count')
      : to(downLimit, 'ScaleDownLimit', 'decreasing faster than the maximum scale rate');
  const message = 'the desired count is within the acceptable range';
  return { replicas: stable, limited: { limited: false, reason: 'DesiredWithinRange', message } };
}

function scaleUpLimit(input: ScaleInput): number {
  const { current, behavior } = input;
  return chosen(behavior?.scaleUp, current, Math.max, Math.min, (type, value, start) =>
    type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100)),
  )(input);
}

function scaleDownLimit(input: ScaleInput): number {
  const { current, behavior } = input;
  return chosen(behavior?.scaleDown, current, Math.min, Math.max, (type, value, start) =>
    type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100)),
  )(input);
}

type Choose = (...values: number[]) => number;

/** `Max` takes the policy that allows the largest change, `Min` the smallest, `Disabled` none. */
function chosen(
  rules: HPAScalingRules | undefined,
  current: number,
  most: Choose,
  least: Choose,
  allow: (type: string, value: number, start: number) => number,
): (input: ScaleInput) => number {
  return ({ scaleUps, scaleDowns, now }) => {
    const { selectPolicy = 'Max', policies = [] } = rules ?? {};
    if (selectPolicy === 'Disabled' || policies.length === 0) return current;
    const limits = policies.map(({ type, value, periodSeconds }) => {
      const since = now - periodSeconds * 1000;
      return allow(type, value, current - total(scaleUps, since) + total(scaleDowns, since));
    });
    return selectPolicy === 'Min' ? least(...limits) : most(...limits);
  };
}

function total(changes: readonly Sample[], since: number): number {
  return changes.reduce((sum, { at, replicas }) => (at > since ? sum + replicas : sum), 0);
}

/** The longest that a sample can matter; milliseconds. */
export function longestPeriodMs(
  behavior: HorizontalPodAutoscalerBehavior | undefined,
  downscaleStabilizationMs: number,
): number {
  const seconds = [behavior?.scaleUp, behavior?.scaleDown].flatMap((rules) => [
    rules?.stabilizationWindowSeconds ?? 0,
    ...(rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds),
  ]);
  return Math.max(downscaleStabilizationMs, ...seconds.map((each) => each * 1000));
}

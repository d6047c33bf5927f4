import type {
  ContainerStatus,
  Job,
  Pod,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
} from '@coxswain/api';

export interface FailureMatch {
  readonly action: 'Count' | 'Ignore' | 'FailIndex' | 'FailJob';
  /** Why the Job fails, with FailJob. */
  readonly message?: string;
}

/** What podFailurePolicy says about a failed pod: the first rule that matches, or to count it. */
export function matchFailurePolicy({ spec }: Job, pod: Pod): FailureMatch {
  for (const [i, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const because = matches(rule, pod);
    if (because === undefined) continue;
    if (rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) return { action: 'Count' };
    const message = `${because} matching ${rule.action} rule at index ${i}`;
    return { action: rule.action as FailureMatch['action'], message };
  }
  return { action: 'Count' };
}

function matches({ onExitCodes, onPodConditions }: PodFailurePolicyRule, pod: Pod): string | undefined {
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  if (onExitCodes) {
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
    const status = [...containerStatuses, ...initContainerStatuses].find((each) => exitMatches(onExitCodes, each));
    return (
      status && `Container ${status.name} for pod ${name} failed with exit code ${status.state?.terminated?.exitCode}`
    );
  }
  for (const { type, status = 'True' } of onPodConditions ?? [])
    if (pod.status?.conditions?.some((own) => own.type === type && own.status === status))
      return `Pod ${name} has condition ${type}`;
  return undefined;
}

function exitMatches(
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
  { name, state }: ContainerStatus,
): boolean {
  const code = state?.terminated?.exitCode;
  if (code === undefined || code === 0) return false;
  if (containerName !== undefined && containerName !== name) return false;
  return values.includes(code) === (operator === 'In');
}

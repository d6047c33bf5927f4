import type { Container, Pod } from '@coxswain/api';
import { type ContainerRuntimeStatus, latestOf, type PodRuntimeStatus } from './runtime-status.ts';

/** The policy that counts for this container: its own, else the pod's. */
export function restartPolicyOf(pod: Pod, container: Container): string {
  return container.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
}

/** Whether a container in this state is to be started (again) under its restart policy. Running ones are not. */
export function shouldRestart(pod: Pod, container: Container, status: PodRuntimeStatus): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  const latest = latestOf(status, container.name);
  if (!latest) return true;
  if (latest.state === 'running') return false;
  if (latest.state !== 'exited') return true;
  return restartsAfterExit(pod, container, latest);
}

export function restartsAfterExit(
  pod: Pod,
  container: Container,
  exited: Pick<ContainerRuntimeStatus, 'exitCode'>,
): boolean {
  const rule = container.restartPolicyRules?.find(({ exitCodes }) => {
    const listed = exitCodes?.values?.includes(exited.exitCode) ?? false;
    return exitCodes?.operator === 'NotIn' ? !listed : listed;
  });
  if (rule) return rule.action === 'Restart';
  switch (restartPolicyOf(pod, container)) {
    case 'Never':
      return false;
    case 'OnFailure':
      return exited.exitCode !== 0;
    default:
      return true;
  }
}

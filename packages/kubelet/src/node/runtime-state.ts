import type { RuntimeCondition } from '@coxswain/cri';
import { goDuration } from '../container/restart-backoff.ts';

/** What the kubelet last heard of its runtime. Times are milliseconds since the epoch, 0 for never. */
export interface RuntimeState {
  readonly conditions: readonly RuntimeCondition[];
  readonly answeredAt: number;
  /** Of the last list of containers. */
  readonly listedAt: number;
}

const PATIENCE_MS = 30_000;
const PLEG_PATIENCE_MS = 180_000;

/** Why the node isn't ready, in upstream's words. */
export function runtimeProblems({ conditions, answeredAt, listedAt }: RuntimeState, now: number): string[] {
  if (answeredAt === 0) return ['container runtime status check may not have completed yet'];
  const problems: string[] = [];
  if (now - answeredAt > PATIENCE_MS) problems.push('container runtime is down');
  const runtime = conditions.find(({ type }) => type === 'RuntimeReady');
  if (runtime && !runtime.status) problems.push(`container runtime not ready: ${describe(runtime)}`);
  const network = conditions.find(({ type }) => type === 'NetworkReady');
  if (network && !network.status) problems.push(`container runtime network not ready: ${describe(network)}`);
  if (listedAt > 0 && now - listedAt > PLEG_PATIENCE_MS)
    problems.push(
      `PLEG is not healthy: pleg was last seen active ${goDuration(now - listedAt)} ago; threshold is 3m0s`,
    );
  return problems;
}

/** Why pods with a network of their own can't start. */
export function networkProblem({ conditions, answeredAt }: RuntimeState): string | undefined {
  if (answeredAt === 0) return 'container runtime status check may not have completed yet';
  const network = conditions.find(({ type }) => type === 'NetworkReady');
  return network && !network.status ? `container runtime network not ready: ${describe(network)}` : undefined;
}

function describe({ type, status, reason, message }: RuntimeCondition): string {
  return `${type}=${status} reason:${reason} message:${message}`;
}

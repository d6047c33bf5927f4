import type { CallContext, Input, PodSandboxStatusRequest, PodSandboxStatusResponse } from '@coxswain/cri';
import { msToNanos } from '@coxswain/cri';
import { findSandbox, type Runtime } from '../runtime.ts';
import { sandboxStatus } from '../status.ts';
import { memberStatuses } from './container-status.ts';
import { sandboxIps } from './sandbox-ips.ts';

export async function podSandboxStatus(
  runtime: Runtime,
  { podSandboxId, verbose }: PodSandboxStatusRequest,
  _context: CallContext,
): Promise<Input<PodSandboxStatusResponse>> {
  const entry = await findSandbox(runtime, podSandboxId);
  return {
    status: sandboxStatus(entry, sandboxIps(runtime, entry)),
    containersStatuses: await memberStatuses(runtime, podSandboxId),
    timestamp: msToNanos(runtime.clock.now()),
    info: verbose ? { info: JSON.stringify({ pid: entry.docker.State.Pid }) } : {},
  };
}

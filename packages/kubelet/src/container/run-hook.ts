import type { Container, LifecycleHandler, Pod } from '@coxswain/api';
import type { CriClient } from '@coxswain/cri';
import type { Clock } from '@coxswain/foundation';
import { httpProbe, httpTarget } from '../prober/http-probe.ts';

export interface HookContext {
  readonly cri: Pick<CriClient, 'execSync'>;
  readonly clock: Clock;
  readonly podIP: string;
}

/**
 * Runs a postStart or preStop handler to its end.
 * @throws with upstream's words when it fails or the signal aborts
 */
export async function runHook(
  pod: Pod,
  container: Container,
  containerId: string,
  handler: LifecycleHandler,
  { cri, clock, podIP }: HookContext,
  signal: AbortSignal,
): Promise<void> {
  const { exec, httpGet, sleep } = handler;
  if (exec) {
    const { exitCode, stdout, stderr } = await cri.execSync(
      { containerId, cmd: exec.command ?? [] },
      { signal, timeoutMs: 24 * 3600_000 },
    );
    if (exitCode === 0) return;
    const output = Buffer.concat([stdout, stderr].map((part) => Buffer.from(part))).toString('utf8');
    throw new Error(
      `Exec lifecycle hook (${JSON.stringify(exec.command ?? [])}) for Container "${container.name}" in Pod "${pod.metadata.name}" failed - error: command '${(exec.command ?? []).join(' ')}' exited with ${exitCode}: ${output.slice(0, 1024)}`,
    );
  }
  if (httpGet) {
    const target = httpTarget(httpGet, container, podIP);
    const result = await httpProbe({ ...target, userAgent: 'kube-lifecycle/1.36' }, 30_000, signal);
    if (result.outcome !== 'success') throw new Error(result.output);
    return;
  }
  if (sleep) await clock.sleep(sleep.seconds * 1000, signal);
}

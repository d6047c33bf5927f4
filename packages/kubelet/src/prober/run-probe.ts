import { connect } from 'node:net';
import type { Container, Probe } from '@coxswain/api';
import { type CriClient, isCriError } from '@coxswain/cri';
import { grpcProbe } from './grpc-probe.ts';
import { dialError, httpProbe, httpTarget, type ProbeResult } from './http-probe.ts';
import { resolvePort } from './resolve-port.ts';

export interface ProbeContext {
  readonly cri: Pick<CriClient, 'execSync'>;
  readonly container: Container;
  readonly containerId: string;
  readonly podIP: string;
}

/**
 * Runs a probe once.
 * @throws Error when it can't be run, from which nothing is concluded
 */
export async function runProbe(probe: Probe, context: ProbeContext, signal: AbortSignal): Promise<ProbeResult> {
  const timeoutMs = (probe.timeoutSeconds || 1) * 1000;
  const { container, podIP } = context;
  if (probe.exec) return execProbe(probe.exec.command ?? [], context, timeoutMs, signal);
  if (probe.httpGet) return httpProbe(httpTarget(probe.httpGet, container, podIP), timeoutMs, signal);
  if (probe.tcpSocket) {
    const host = probe.tcpSocket.host || podIP;
    return tcpProbe(host, resolvePort(probe.tcpSocket.port, container), timeoutMs, signal);
  }
  if (probe.grpc) return grpcProbe(podIP, probe.grpc.port, probe.grpc.service ?? '', timeoutMs, signal);
  throw new Error(`missing probe handler for ${container.name}`);
}

async function execProbe(
  command: readonly string[],
  { cri, containerId }: ProbeContext,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  try {
    const timeout = Math.ceil(timeoutMs / 1000);
    const answer = await cri.execSync({ containerId, cmd: command, timeout }, { signal, timeoutMs: timeoutMs + 5000 });
    const output = Buffer.concat([Buffer.from(answer.stdout), Buffer.from(answer.stderr)]).subarray(0, 10_240);
    return { outcome: answer.exitCode === 0 ? 'success' : 'failure', output: output.toString('utf8') };
  } catch (error) {
    if (signal.aborted || !isCriError(error, 'DEADLINE_EXCEEDED')) throw error;
    const output = `command timed out: "${command.join(' ')}" timed out after ${timeoutMs / 1000}s`;
    return { outcome: 'failure', output };
  }
}

function tcpProbe(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (outcome: ProbeResult['outcome'], output: string) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve({ outcome, output });
    };
    const onAbort = () => end('failure', 'cancelled');
    const timer = setTimeout(() => end('failure', `dial tcp ${host}:${port}: i/o timeout`), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => end('success', ''));
    socket.once('error', (error) => end('failure', dialError(error)));
  });
}

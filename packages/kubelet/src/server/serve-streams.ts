import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Pod } from '@coxswain/api';
import { type CriClient, isCriError } from '@coxswain/cri';
import type { Logger } from '@coxswain/foundation';
import { proxyUpgrade, refuseUpgrade } from '@coxswain/streaming';
import { POD_UID_LABEL } from '../container/names.ts';
import { findPod } from './find-pod.ts';
import { type PodPath, parseStreamRequest, type StreamRequest } from './parse-stream-request.ts';

export interface StreamServerOptions {
  readonly cri: CriClient;
  readonly log: Logger;
  readonly pods: () => readonly Pod[];
}

/** An answer other than the stream; `code` is its HTTP status. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Connects an upgrade to exec, attach or portForward with the runtime's streaming server. Never rejects. */
export async function serveStreams(
  options: StreamServerOptions,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  signal: AbortSignal,
): Promise<void> {
  socket.on('error', () => socket.destroy());
  try {
    const url = new URL(await findUrl(options, parseStreamRequest(request.url ?? '')));
    const target = {
      protocol: url.protocol === 'https:' ? ('https:' as const) : ('http:' as const),
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: `${url.pathname}${url.search}`,
    };
    await proxyUpgrade(request, socket, head, { target, signal });
  } catch (error) {
    if (error instanceof Refusal) {
      refuseUpgrade(socket, error.code, error.message);
      return;
    }
    options.log.warn({ err: error, path: request.url?.replace(/\?.*/, '') }, 'streaming failed');
    const code = isCriError(error, 'NOT_FOUND') ? 404 : isCriError(error, 'RESOURCE_EXHAUSTED') ? 429 : 500;
    refuseUpgrade(socket, code, (error as Error).message);
  }
}

async function findUrl({ cri, pods }: StreamServerOptions, wanted: StreamRequest): Promise<string> {
  switch (wanted.kind) {
    case 'none':
      throw new Refusal(404, '404 page not found\n');
    case 'bad':
      throw new Refusal(400, wanted.message);
    case 'portForward': {
      const uid = uidOf(pods(), wanted);
      const { items } = await cri.listPodSandbox({
        filter: { labelSelector: { [POD_UID_LABEL]: uid }, state: { state: 'SANDBOX_READY' } },
      });
      const sandbox = newest(items);
      if (!sandbox) throw new Refusal(404, `pod not found ("${wanted.pod}_${wanted.namespace}")`);
      return (await cri.portForward({ podSandboxId: sandbox.id, port: wanted.ports })).url;
    }
    case 'exec':
    case 'attach': {
      const containerId = await findRunningContainer(cri, uidOf(pods(), wanted), wanted.container);
      const { cmd, stdin, stdout, stderr, tty } = wanted;
      const streams = { containerId, stdin, stdout, stderr, tty };
      return (await (wanted.kind === 'exec' ? cri.exec({ ...streams, cmd }) : cri.attach(streams))).url;
    }
    default:
      return wanted satisfies never;
  }
}

/** @throws Refusal in upstream's words */
async function findRunningContainer(cri: CriClient, uid: string, name: string): Promise<string> {
  const { containers } = await cri.listContainers({
    filter: { labelSelector: { [POD_UID_LABEL]: uid }, state: { state: 'CONTAINER_RUNNING' } },
  });
  const container = newest(containers.filter(({ metadata }) => metadata?.name === name));
  if (!container) throw new Refusal(500, `container not found ("${name}")`);
  return container.id;
}

/** `POST /run/<namespace>/<pod>/<container>?cmd=…`: what the command wrote. @throws Refusal */
export async function runInContainer(
  { cri, pods }: StreamServerOptions,
  path: PodPath & { readonly container: string },
  cmd: readonly string[],
): Promise<Buffer> {
  const containerId = await findRunningContainer(cri, uidOf(pods(), path), path.container);
  const { stdout, stderr, exitCode } = await cri.execSync({ containerId, cmd });
  const output = Buffer.concat([stdout, stderr]);
  if (exitCode === 0) return output;
  throw new Refusal(500, `command '${cmd.join(' ')}' exited with ${exitCode}: ${output.toString('utf8')}`);
}

/** @throws Refusal */
function uidOf(pods: readonly Pod[], path: PodPath): string {
  const uid = findPod(pods, path)?.metadata.uid;
  if (uid === undefined) throw new Refusal(404, 'pod does not exist');
  return uid;
}

function newest<T extends { readonly createdAt: bigint }>(items: readonly T[]): T | undefined {
  return items.reduce<T | undefined>(
    (best, item) => (best && best.createdAt >= item.createdAt ? best : item),
    undefined,
  );
}

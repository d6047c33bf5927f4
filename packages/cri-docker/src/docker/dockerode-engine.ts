import { createInterface } from 'node:readline';
import type { Duplex, Readable } from 'node:stream';
import Docker from 'dockerode';
import { Demultiplexer } from './demultiplex.ts';
import {
  type Connected,
  type ConnectOptions,
  type DockerEngine,
  DockerError,
  type ExecOptions,
  type ExecResult,
  isDockerStatus,
  type RegistryAuth,
  type RunningExec,
} from './docker-engine.ts';
import type { DockerContainer, DockerEvent, DockerImage, DockerInfo } from './docker-types.ts';

/** What happens to a container that matters to a kubelet; execs (probes) would be most of the stream. */
const ACTIONS = ['create', 'start', 'die', 'destroy', 'update', 'oom'];

/** Docker over its socket: `unix:///var/run/docker.sock`. Long calls end with their signal, others after a minute. */
export function dockerodeEngine(host: string): DockerEngine {
  const socketPath = host.replace(/^unix:(\/\/)?/, '');
  const docker = new Docker({ socketPath });
  const minute = () => AbortSignal.timeout(60_000);

  const engine: DockerEngine = {
    info: () => attempt(async () => (await docker.info({ abortSignal: minute() } as never)) as unknown as DockerInfo),
    apiVersion: () =>
      attempt(async () => {
        const answer = await docker.version({ abortSignal: minute() } as never);
        return (answer as unknown as Docker.DockerVersion).ApiVersion;
      }),

    listContainers: (label) =>
      attempt(() => docker.listContainers({ all: true, filters: { label: [label] }, abortSignal: minute() })),
    inspectContainer: (ref) =>
      orUndefined(async () => {
        return (await docker.getContainer(ref).inspect({ abortSignal: minute() })) as unknown as DockerContainer;
      }),
    createContainer: (name, body) =>
      attempt(async () => (await docker.createContainer({ name, ...body, abortSignal: minute() } as never)).id),
    startContainer: (id) => tolerate([304], () => docker.getContainer(id).start({ abortSignal: minute() })),
    stopContainer: (id, seconds, { signal = AbortSignal.timeout((seconds + 60) * 1000) } = {}) =>
      tolerate([304, 404], () => docker.getContainer(id).stop({ t: seconds, abortSignal: signal })),
    killContainer: (id) => tolerate([404, 409], () => docker.getContainer(id).kill({ abortSignal: minute() })),
    removeContainer: (id) =>
      // 409: another removal of the same container is under way.
      tolerate([404, 409], () => docker.getContainer(id).remove({ force: true, v: true, abortSignal: minute() })),
    updateContainer: (id, resources) =>
      tolerate([], () => docker.getContainer(id).update({ ...resources, abortSignal: minute() } as never)),
    logs: (id, { since, signal }) =>
      attempt(async () => {
        const stream = await docker.getContainer(id).logs({
          follow: true,
          stdout: true,
          stderr: true,
          timestamps: true,
          ...(since === undefined ? {} : { since: since as unknown as number }),
          ...(signal === undefined ? {} : { abortSignal: signal }),
        });
        return stream as unknown as AsyncIterable<Buffer>;
      }),
    exec: (id, cmd, options) => runExec(docker, id, cmd, options),
    createExec: (id, cmd, options) => attempt(async () => (await createExec(docker, id, cmd, options)).id),
    startExec: (execId, options) => attempt(() => startExec(docker.getExec(execId), options)),
    attach: (id, options) => attempt(() => attach(docker, id, options)),

    events: (label, { signal }) =>
      attempt(async () => {
        const stream = await docker.getEvents({
          filters: { type: ['container'], label: [label], event: ACTIONS },
          ...(signal === undefined ? {} : { abortSignal: signal }),
        });
        return readEvents(stream as Readable);
      }),

    listImages: () =>
      attempt(async () => (await docker.listImages({ abortSignal: minute() } as never)) as unknown as DockerImage[]),
    inspectImage: (ref) =>
      orUndefined(
        async () => (await docker.getImage(ref).inspect({ abortSignal: minute() } as never)) as unknown as DockerImage,
      ),
    pullImage: (ref, auth, { signal } = {}) => pull(docker, ref, auth, signal),
    removeImage: (ref) => tolerate([404], () => docker.getImage(ref).remove({ force: true, abortSignal: minute() })),
  };
  return engine;
}

/** The stream is watched for errors at once, whenever reading begins. */
function readEvents(stream: Readable): AsyncIterable<DockerEvent> {
  let failure: unknown;
  stream.on('error', (error) => {
    failure = error;
  });
  return (async function* () {
    try {
      const lines = createInterface({ input: stream });
      stream.once('error', () => lines.close());
      if (failure === undefined) for await (const line of lines) if (line !== '') yield JSON.parse(line) as DockerEvent;
    } finally {
      stream.destroy();
    }
    if (failure !== undefined) throw toDockerError(failure);
  })();
}

async function runExec(
  docker: Docker,
  id: string,
  cmd: readonly string[],
  { limit, signal }: ExecOptions,
): Promise<ExecResult> {
  const exec = await attempt(() =>
    docker
      .getContainer(id)
      .exec({ Cmd: [...cmd], AttachStdout: true, AttachStderr: true, AttachStdin: false, Tty: false }),
  );
  const stream = await attempt(() => exec.start({ hijack: false, stdin: false }));
  const onAbort = () => void killExec(exec, stream);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  const kept: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  const sizes = { stdout: 0, stderr: 0 };
  const frames = new Demultiplexer();
  try {
    for await (const chunk of stream) {
      for (const { stream: name, data } of frames.push(chunk as Buffer)) {
        const room = limit - sizes[name];
        if (room <= 0) continue;
        const part = data.subarray(0, room);
        kept[name].push(part);
        sizes[name] += part.length;
      }
    }
  } catch (error) {
    if (!signal?.aborted) throw toDockerError(error);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  signal?.throwIfAborted();
  const exitCode = await execExitCode(exec);
  return { stdout: Buffer.concat(kept.stdout), stderr: Buffer.concat(kept.stderr), exitCode };
}

/** The stream can end a moment before Docker has noted the exit code. */
async function execExitCode(exec: Docker.Exec, signal?: AbortSignal): Promise<number> {
  for (let pause = 1; ; pause = Math.min(pause * 2, 200)) {
    const { Running, ExitCode } = await attempt(() => exec.inspect());
    if (!Running || ExitCode !== null) return ExitCode ?? 0;
    signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** In place of the engine's own keys: it keeps those of a terminal back, and who types Ctrl-P wants it to arrive. */
const DETACH_KEYS = 'ctrl-^,ctrl-@,ctrl-_,ctrl-@,ctrl-^';

function createExec(
  docker: Docker,
  id: string,
  cmd: readonly string[],
  { stdin, stdout, stderr, tty }: ConnectOptions,
): Promise<Docker.Exec> {
  return docker.getContainer(id).exec({
    Cmd: [...cmd],
    AttachStdin: stdin,
    AttachStdout: stdout,
    AttachStderr: stderr,
    Tty: tty,
    DetachKeys: DETACH_KEYS,
    abortSignal: AbortSignal.timeout(60_000),
  });
}

async function startExec(exec: Docker.Exec, { stdin, tty }: ConnectOptions): Promise<RunningExec> {
  const stream = await exec.start({ hijack: true, stdin, Tty: tty });
  return {
    stream,
    resize: ({ width, height }) => attempt(async () => void (await exec.resize({ w: width, h: height }))),
    exitCode: (signal) => execExitCode(exec, signal),
  };
}

async function attach(docker: Docker, id: string, { stdin, stdout, stderr }: ConnectOptions): Promise<Connected> {
  const container = docker.getContainer(id);
  const stream = await container.attach({
    stream: true,
    hijack: true,
    stdin,
    stdout,
    stderr,
    detachKeys: DETACH_KEYS,
  });
  return {
    stream: stream as Duplex,
    resize: ({ width, height }) => attempt(async () => void (await container.resize({ w: width, h: height }))),
  };
}

/** Docker cannot kill an exec; its process is seen from here as long as Docker runs in the same process namespace. */
async function killExec(exec: Docker.Exec, stream: { destroy(): void }): Promise<void> {
  try {
    const { Running, Pid } = await exec.inspect();
    if (Running && Pid > 0) process.kill(Pid, 'SIGKILL');
  } catch {
    // It has ended, or is out of reach: either way nothing is left to do but to stop reading.
  }
  stream.destroy();
}

async function pull(docker: Docker, ref: string, auth: RegistryAuth | undefined, signal?: AbortSignal): Promise<void> {
  const stream = await attempt(() =>
    docker.pull(ref, {
      ...(auth === undefined ? {} : { authconfig: auth }),
      ...(signal === undefined ? {} : { abortSignal: signal }),
    } as never),
  );
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream as NodeJS.ReadableStream, (error) => {
      if (error) reject(toDockerError(error));
      else resolve();
    });
  });
}

async function attempt<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toDockerError(error);
  }
}

async function orUndefined<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await attempt(call);
  } catch (error) {
    if (isDockerStatus(error, 404)) return undefined;
    throw error;
  }
}

async function tolerate(statusCodes: readonly number[], call: () => Promise<unknown>): Promise<void> {
  try {
    await attempt(call);
  } catch (error) {
    if (!(error instanceof DockerError) || !statusCodes.includes(error.statusCode)) throw error;
  }
}

function toDockerError(error: unknown): DockerError {
  if (error instanceof DockerError) return error;
  const {
    statusCode = 0,
    json,
    message,
  } = error as { statusCode?: number; json?: { message?: string }; message?: string };
  const text = json?.message ?? (message ?? String(error)).replace(/^\(HTTP code \d+\) [^-]*- /, '').trim();
  return new DockerError(statusCode, text, { cause: error });
}

import type { Duplex } from 'node:stream';
import type { ContainerInfo } from 'dockerode';
import type {
  DockerContainer,
  DockerCreate,
  DockerEvent,
  DockerImage,
  DockerInfo,
  DockerResources,
} from './docker-types.ts';

/** The engine's answer was an error; `statusCode` is its HTTP status. */
export class DockerError extends Error {
  override readonly name = 'DockerError';
  readonly statusCode: number;

  constructor(statusCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.statusCode = statusCode;
  }
}

export function isDockerStatus(error: unknown, statusCode: number): boolean {
  return error instanceof DockerError && error.statusCode === statusCode;
}

export interface Waiting {
  readonly signal?: AbortSignal | undefined;
}

export interface LogsOptions extends Waiting {
  /** From this time on, `seconds.nanoseconds`; everything unless given. */
  readonly since?: string | undefined;
}

export interface ExecResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}

export interface ExecOptions extends Waiting {
  /** Bytes kept of each stream; the rest is dropped. */
  readonly limit: number;
}

/** What an exec or attach is connected with. Without `tty`, output is multiplexed as `Demultiplexer` takes it apart. */
export interface ConnectOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** A process one is connected with. `stream` ends with its output; ending it closes the process' stdin. */
export interface Connected {
  readonly stream: Duplex;
  /** Characters. Rejects before the process has begun. */
  resize(size: { readonly width: number; readonly height: number }): Promise<void>;
}

export interface RunningExec extends Connected {
  /** Once the stream has ended; waits for a process that only closed its output. */
  exitCode(signal: AbortSignal): Promise<number>;
}

export interface RegistryAuth {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
  readonly serveraddress?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

/** All that is asked of Docker, so that a test can stand in for it. Methods reject with `DockerError`. */
export interface DockerEngine {
  info(): Promise<DockerInfo>;
  apiVersion(): Promise<string>;

  /** All containers, running or not, that have the label; also those that can't be inspected. */
  listContainers(label: string): Promise<Pick<ContainerInfo, 'Id' | 'Labels'>[]>;
  /** Undefined when there is no such container. `ref` is an id or a name. */
  inspectContainer(ref: string): Promise<DockerContainer | undefined>;
  createContainer(name: string, body: DockerCreate): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** Sends the stop signal, and SIGKILL after `seconds`. Does nothing to a stopped or missing container. */
  stopContainer(id: string, seconds: number, options?: Waiting): Promise<void>;
  killContainer(id: string): Promise<void>;
  /** Kills and removes, with anonymous volumes. Does nothing when it is gone. */
  removeContainer(id: string): Promise<void>;
  updateContainer(id: string, resources: DockerResources): Promise<void>;
  /** Follows stdout and stderr with a time before each message; frames as Docker multiplexes them unless `tty`. */
  logs(id: string, options: LogsOptions): Promise<AsyncIterable<Buffer>>;
  /** Runs a command to its end. When the signal aborts, the command is killed and the call rejects with its reason. */
  exec(id: string, cmd: readonly string[], options: ExecOptions): Promise<ExecResult>;
  /** Has a command ready to be started; nothing runs yet. Gives its id. */
  createExec(id: string, cmd: readonly string[], options: ConnectOptions): Promise<string>;
  /** Starts a command that is ready and connects with it. */
  startExec(execId: string, options: ConnectOptions): Promise<RunningExec>;
  /** Connects with a container's own process. */
  attach(id: string, options: ConnectOptions): Promise<Connected>;

  /** Container events; resolves once subscribed. */
  events(label: string, options: Waiting): Promise<AsyncIterable<DockerEvent>>;

  listImages(): Promise<DockerImage[]>;
  /** Undefined when there is no such image. */
  inspectImage(ref: string): Promise<DockerImage | undefined>;
  pullImage(ref: string, auth: RegistryAuth | undefined, options?: Waiting): Promise<void>;
  removeImage(ref: string): Promise<void>;
}

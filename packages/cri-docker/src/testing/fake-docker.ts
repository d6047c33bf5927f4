import { type Duplex, PassThrough } from 'node:stream';
import { AsyncQueue } from '@coxswain/foundation';
import type { TerminalSize } from '@coxswain/streaming';
import {
  type Connected,
  type DockerEngine,
  DockerError,
  type ExecResult,
  type RunningExec,
} from '../docker/docker-engine.ts';
import type { DockerContainer, DockerCreate, DockerEvent, DockerImage } from '../docker/docker-types.ts';

interface Held {
  readonly id: string;
  readonly name: string;
  readonly body: DockerCreate;
  state: DockerContainer['State'];
}

const ZERO = '0001-01-01T00:00:00Z';

/** A Docker engine that only keeps books. Set `down` and everything fails as if the engine were stopped. */
export class FakeDocker implements DockerEngine {
  readonly containers = new Map<string, Held>();
  readonly images: DockerImage[] = [
    { Id: 'sha256:pause', RepoTags: ['coxswain/pause:1'], RepoDigests: null, Size: 10 },
    {
      Id: 'sha256:nginx',
      RepoTags: ['nginx:1.27'],
      RepoDigests: ['nginx@sha256:abc'],
      Size: 20,
      Config: { User: '101:101' },
    },
  ];
  /** Names of the methods that changed something, in order. */
  readonly changes: string[] = [];
  inspections = 0;
  /** Ids that are listed, but whose inspection waits for `hang`, as when a runtime hangs. */
  readonly hanging = new Set<string>();
  readonly hang = Promise.withResolvers<void>();
  down = false;
  /** Message with which the next start fails. */
  startFailure: string | undefined;
  exec: (id: string, cmd: readonly string[]) => Promise<ExecResult> = async () => ({
    stdout: Buffer.alloc(0),
    stderr: Buffer.alloc(0),
    exitCode: 0,
  });
  /** The process that execs and attachments talk with. */
  process: (id: string, cmd: readonly string[] | undefined) => { stream: Duplex; exitCode?: number } = () => ({
    stream: new PassThrough(),
  });
  readonly sizes: TerminalSize[] = [];
  readonly #streams = new Set<AsyncQueue<DockerEvent>>();
  readonly #execs = new Map<string, { id: string; cmd: readonly string[] }>();
  #serial = 0;

  async info() {
    this.#check();
    return { ServerVersion: '20.10.24', DockerRootDir: '/', CgroupDriver: 'cgroupfs' };
  }

  async apiVersion() {
    this.#check();
    return '1.41';
  }

  async listContainers(label: string) {
    this.#check();
    const own = [...this.containers.values()].filter(({ body }) => label in body.Labels);
    return own.map(({ id, body }) => ({ Id: id, Labels: body.Labels }));
  }

  async inspectContainer(ref: string): Promise<DockerContainer | undefined> {
    this.#check();
    this.inspections++;
    const held = this.#find(ref);
    if (!held) return undefined;
    if (this.hanging.has(held.id)) await this.hang.promise;
    const { Image, Labels, Tty = false, HostConfig } = held.body;
    return {
      Id: held.id,
      Name: `/${held.name}`,
      Created: '2026-01-01T00:00:00.000000001Z',
      Image: this.#image(Image)?.Id ?? Image,
      Config: { Image, Labels: { ...Labels, fromImage: 'x' }, Tty },
      State: { ...held.state },
      HostConfig,
    };
  }

  async createContainer(name: string, body: DockerCreate) {
    this.#check();
    if ([...this.containers.values()].some((held) => held.name === name))
      throw new DockerError(409, `Conflict. The container name "/${name}" is already in use`);
    if (!this.#image(body.Image)) throw new DockerError(404, `No such image: ${body.Image}`);
    const id = (++this.#serial).toString(16).padStart(64, '0');
    this.containers.set(id, { id, name, body, state: state('created') });
    this.#changed('create', id);
    return id;
  }

  async startContainer(id: string) {
    const held = this.#need(id);
    if (this.startFailure !== undefined) {
      held.state = { ...state('created'), Error: this.startFailure, ExitCode: 127 };
      const message = this.startFailure;
      this.startFailure = undefined;
      throw new DockerError(400, message);
    }
    if (held.state.Running) return;
    held.state = { ...state('running'), StartedAt: '2026-01-01T00:00:01Z' };
    this.#changed('start', id);
  }

  async stopContainer(id: string) {
    this.#check();
    this.die(id, 137);
  }

  async killContainer(id: string) {
    this.#check();
    this.die(id, 137);
  }

  async removeContainer(id: string) {
    this.#check();
    this.die(id, 137);
    const held = this.containers.get(id);
    if (!held) return;
    this.containers.delete(id);
    this.#changed('destroy', id, held);
  }

  async updateContainer(id: string) {
    this.#need(id);
    this.#changed('update', id);
  }

  async logs(): Promise<AsyncIterable<Buffer>> {
    const queue = new AsyncQueue<Buffer>();
    queue.close();
    return queue;
  }

  async createExec(id: string, cmd: readonly string[]): Promise<string> {
    this.#need(id);
    const execId = `exec${++this.#serial}`;
    this.#execs.set(execId, { id, cmd });
    return execId;
  }

  async startExec(execId: string): Promise<RunningExec> {
    const { id, cmd } = this.#execs.get(execId)!;
    this.#need(id);
    const { stream, exitCode = 0 } = this.process(id, cmd);
    return { stream, resize: (size) => this.#resize(size), exitCode: async () => exitCode };
  }

  async attach(id: string): Promise<Connected> {
    this.#need(id);
    return { stream: this.process(id, undefined).stream, resize: (size) => this.#resize(size) };
  }

  async #resize(size: TerminalSize): Promise<void> {
    this.sizes.push(size);
  }

  async events(_label: string, { signal }: { signal?: AbortSignal | undefined }): Promise<AsyncIterable<DockerEvent>> {
    this.#check();
    const queue = new AsyncQueue<DockerEvent>();
    this.#streams.add(queue);
    signal?.addEventListener('abort', () => queue.close(), { once: true });
    return queue;
  }

  async listImages() {
    this.#check();
    return this.images;
  }

  async inspectImage(ref: string) {
    this.#check();
    return this.#image(ref);
  }

  async pullImage(ref: string) {
    throw new DockerError(404, `manifest for ${ref} not found: manifest unknown`);
  }

  async removeImage(ref: string) {
    const at = this.images.findIndex((image) => image.Id === ref || image.RepoTags?.includes(ref));
    if (at >= 0) this.images.splice(at, 1);
  }

  /** A container's process ends. */
  die(id: string, exitCode: number): void {
    const held = this.containers.get(id);
    if (!held?.state.Running) return;
    held.state = { ...held.state, ...state('exited'), ExitCode: exitCode, FinishedAt: '2026-01-01T00:00:02Z' };
    this.#changed('die', id);
  }

  /** The engine stops: its streams break and every process ends, without a word. */
  crash(): void {
    this.down = true;
    for (const stream of this.#streams) stream.close(new DockerError(0, 'socket hang up'));
    this.#streams.clear();
    for (const held of this.containers.values())
      if (held.state.Running) held.state = { ...state('exited'), ExitCode: 255, FinishedAt: '2026-01-01T00:00:03Z' };
  }

  #image(ref: string): DockerImage | undefined {
    const short = ref.replace(/^docker\.io\/(library\/)?/, '');
    return this.images.find(({ Id, RepoTags }) => Id === ref || RepoTags?.includes(short));
  }

  #find(ref: string): Held | undefined {
    return this.containers.get(ref) ?? [...this.containers.values()].find(({ name }) => name === ref);
  }

  #need(id: string): Held {
    this.#check();
    const held = this.containers.get(id);
    if (!held) throw new DockerError(404, `No such container: ${id}`);
    return held;
  }

  #check(): void {
    if (this.down) throw new DockerError(0, 'connect ENOENT docker.sock');
  }

  #changed(Action: string, id: string, held = this.containers.get(id)): void {
    this.changes.push(`${Action} ${held?.name}`);
    const event = { Action, Actor: { ID: id, Attributes: held?.body.Labels ?? {} }, time: 1, timeNano: 1e9 };
    for (const stream of this.#streams) stream.push(event);
  }
}

function state(Status: string): DockerContainer['State'] {
  const Running = Status === 'running';
  const common = { Status, Running, Pid: Running ? 4242 : 0, ExitCode: 0, OOMKilled: false, Error: '' };
  return { ...common, StartedAt: ZERO, FinishedAt: ZERO };
}

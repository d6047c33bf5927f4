import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventKind, type Pod, podKind } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import { eventually } from '@coxswain/foundation/testing';
import type { ComposeCluster } from './compose-cluster.ts';
import type { KubectlRunner } from './kubectl.ts';
import { output, type RunOptions, type RunResult } from './run.ts';

/** Generous: the machine may be busy with others. */
const PATIENCE_MS = 90_000;

/** A namespace whose pods are made at once, for cases that each look at one of them. */
export class Lab {
  readonly cluster: ComposeCluster;
  readonly namespace: string;
  readonly kubectl: KubectlRunner;
  readonly #client: ApiClient;

  private constructor(cluster: ComposeCluster, namespace: string) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.kubectl = cluster.kubectl();
    this.#client = cluster.client();
  }

  /** An empty namespace of that name, whatever was there before. */
  static async open(cluster: ComposeCluster, namespace: string): Promise<Lab> {
    const lab = new Lab(cluster, namespace);
    const { kubectl } = lab;
    await kubectl.try(['delete', 'namespace', namespace, '--ignore-not-found'], { timeoutMs: 180_000 });
    await kubectl.run(['create', 'namespace', namespace]);
    // Pods are refused until the namespace's default account is there, as upstream's admission has it.
    await eventually(() => lab.run('get', 'serviceaccount', 'default'), { timeout: 30_000 });
    return lab;
  }

  /** Deletes the namespace without waiting. */
  async close(): Promise<void> {
    await this.kubectl.try(['delete', 'namespace', this.namespace, '--wait=false']);
    this.#client.close();
  }

  apply(manifest: string): Promise<string> {
    return this.kubectl.apply(this.namespace, manifest);
  }

  /** kubectl in the namespace; rejects when it fails. */
  run(...words: string[]): Promise<string> {
    return this.kubectl.run(['-n', this.namespace, ...words]);
  }

  try(words: readonly string[], options?: RunOptions): Promise<RunResult> {
    return this.kubectl.try(['-n', this.namespace, ...words], options);
  }

  /** What a shell script prints inside a container (`pod` or `pod/container`), without the last line break. */
  async sh(place: string, script: string): Promise<string> {
    return (await this.#exec(place, ['sh', '-c', script])).trimEnd();
  }

  /** The same for a script that may fail: exit code and output together. */
  async trySh(place: string, script: string): Promise<RunResult> {
    const [pod = '', container] = place.split('/');
    return this.try(['exec', pod, ...(container ? ['-c', container] : []), '--', 'sh', '-c', script]);
  }

  #exec(place: string, command: readonly string[]): Promise<string> {
    const [pod = '', container] = place.split('/');
    return this.run('exec', pod, ...(container ? ['-c', container] : []), '--', ...command);
  }

  logs(place: string, ...words: string[]): Promise<string> {
    const [pod = '', container] = place.split('/');
    return this.run('logs', pod, ...(container ? ['-c', container] : []), ...words);
  }

  pod(name: string): Promise<Pod> {
    return this.#client.resource(podKind).get(name, { namespace: this.namespace });
  }

  /** Waits until the pod satisfies `check`, which throws while it does not. */
  until(name: string, check: (pod: Pod) => void, timeout = PATIENCE_MS): Promise<Pod> {
    return eventually(
      async () => {
        const pod = await this.pod(name);
        try {
          check(pod);
        } catch (error) {
          throw new Error(`${(error as Error).message}\npod ${name}: ${JSON.stringify(pod.status)}`, { cause: error });
        }
        return pod;
      },
      { timeout, interval: 300 },
    );
  }

  untilReady(...names: string[]): Promise<Pod[]> {
    return Promise.all(names.map((name) => this.until(name, (pod) => assert.equal(condition(pod, 'Ready'), 'True'))));
  }

  untilPhase(name: string, phase: string): Promise<Pod> {
    return this.until(name, (pod) => assert.equal(pod.status?.phase, phase));
  }

  /** Waits until the pod is gone from the API. */
  async untilGone(name: string, timeout = PATIENCE_MS): Promise<void> {
    await eventually(async () => assert.match((await this.try(['get', 'pod', name])).stderr, /not found/), {
      timeout,
      interval: 300,
    });
  }

  /** A secret of type kubernetes.io/tls with a certificate that only itself vouches for. */
  async selfSigned(secret: string, altName = 'DNS:localhost'): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'coxswain-tls-'));
    try {
      const [key, cert] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
      const certificate = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
      const subject = ['-days', '2', '-subj', '/CN=e2e', '-addext', `subjectAltName=${altName}`];
      await output('openssl', [...certificate, ...subject, '-keyout', key, '-out', cert]);
      await this.run('create', 'secret', 'tls', secret, `--cert=${cert}`, `--key=${key}`);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** `Reason message` of the events about the pod. */
  async events(name: string): Promise<string[]> {
    const { items } = await this.#client.resource(eventKind).list({
      namespace: this.namespace,
      fieldSelector: `involvedObject.name=${name}`,
    });
    return items.map(({ reason, message }) => `${reason} ${message}`);
  }

  /** Waits for an event of the pod. */
  async untilEvent(name: string, pattern: RegExp, timeout = PATIENCE_MS): Promise<void> {
    await eventually(
      async () => {
        const events = await this.events(name);
        if (!events.some((event) => pattern.test(event))) throw new Error(`no ${pattern} in\n${events.join('\n')}`);
      },
      { timeout, interval: 500 },
    );
  }
}

export function condition(pod: Pod, type: string): string | undefined {
  return pod.status?.conditions?.find((each) => each.type === type)?.status;
}

/** The status of one of the pod's containers, of whichever role. */
export function containerStatus(pod: Pod, name: string) {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  const found = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].find(
    (status) => status.name === name,
  );
  if (!found) throw new Error(`no status of container ${name}`);
  return found;
}

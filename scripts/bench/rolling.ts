// Rolls a Deployment of REPLICAS (10) behind a Service of the compose cluster that .run/admin.kubeconfig names, ROLLS (3)
// times, under RATE (2000) requests a second for its node port, each on a connection of its own. A pod has `preStop:
// sleep 2`, as whoever wants to lose nothing must say. IMAGE (nginx:1.27). ROLLS=3 take some 2
// minutes on a quiet machine. One JSON line a figure, the rate that was reached among them, then what was lost.
import { connect, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { type Deployment, deploymentKind, nodeKind, type Service, serviceKind } from '@coxswain/api';
import { createApiClient, loadKubeconfig } from '@coxswain/client';
import { figure, percentile } from './figures.ts';

const number = (name: string, initial: number) => Number(process.env[name] ?? initial);
const REPLICAS = number('REPLICAS', 10);
const ROLLS = number('ROLLS', 3);
const RATE = number('RATE', 2000);
const IMAGE = process.env['IMAGE'] ?? 'nginx:1.27';
const TIMEOUT_MS = 20_000;
const REQUEST = Buffer.from('GET / HTTP/1.1\r\nHost: rolling\r\nConnection: close\r\n\r\n');
/** All answers are read into it: only how they begin is looked at. */
const ANSWER = Buffer.alloc(2048);

const kubeconfig = process.env['KUBECONFIG'] ?? join(resolve(import.meta.dirname, '../..'), '.run/admin.kubeconfig');
const client = createApiClient(loadKubeconfig(kubeconfig));
const deployments = client.resource(deploymentKind);
const services = client.resource(serviceKind);
const at = { name: 'rolling', namespace: 'default' };
const labels = { app: at.name };

const deployment = {
  metadata: at,
  spec: {
    replicas: REPLICAS,
    selector: { matchLabels: labels },
    strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 2 } },
    template: {
      metadata: { labels },
      spec: {
        containers: [
          {
            name: 'nginx',
            image: IMAGE,
            readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 },
            lifecycle: { preStop: { sleep: { seconds: 2 } } },
          },
        ],
      },
    },
  },
} as unknown as Deployment;
const service = {
  metadata: at,
  spec: { type: 'NodePort', selector: labels, ports: [{ port: 80 }] },
} as unknown as Service;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Resolves when all replicas are of the newest template and available, and no other is left. */
async function rolledOut(): Promise<void> {
  for (;;) {
    // A busy machine may keep the API waiting; that is no lost request.
    const found = await deployments.get(at.name, at).catch(() => undefined);
    if (!found) continue;
    const { metadata, status } = found;
    const seen = status?.observedGeneration === metadata.generation;
    const counts = [status?.updatedReplicas, status?.availableReplicas, status?.replicas];
    if (seen && counts.every((count) => count === REPLICAS)) return;
    await pause(250);
  }
}

/** Requests at a steady rate, whatever becomes of those before; made to take little of what the cluster needs. */
class Load {
  readonly #host: string;
  readonly #port: number;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #began = performance.now();
  readonly #underWay = new Map<Socket, number>();
  #skipped = 0;
  readonly lost: string[] = [];
  readonly times: number[] = [];
  sent = 0;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
    this.#timers = [setInterval(() => this.#send(), 5), setInterval(() => this.#giveUp(), 500)];
  }

  /** Requests sent a second until now. */
  get perSecond(): number {
    return (this.sent / (performance.now() - this.#began)) * 1000;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timers[0]);
    while (this.#underWay.size > 0) await pause(20);
    clearInterval(this.#timers[1]);
  }

  #send(): void {
    const due = Math.floor(((performance.now() - this.#began) / 1000) * RATE);
    const most = RATE / 4;
    const late = due - this.sent - this.#skipped;
    // On a machine that can't keep up the rate falls instead of a burst growing.
    if (late > most) this.#skipped += late - most;
    for (let left = Math.min(late, most); left > 0; left--) this.#ask();
  }

  #giveUp(): void {
    const since = performance.now() - TIMEOUT_MS;
    for (const [socket, began] of this.#underWay)
      if (began < since) socket.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`));
  }

  #ask(): void {
    this.sent += 1;
    const began = performance.now();
    let answer = '';
    let failure = 'closed before the answer';
    const callback = (size: number, buffer: Uint8Array) => {
      answer ||= Buffer.from(buffer.subarray(0, Math.min(size, 32))).toString('latin1');
      return true;
    };
    const onread = { buffer: ANSWER, callback };
    const socket = connect({ host: this.#host, port: this.#port, autoSelectFamily: false, onread });
    this.#underWay.set(socket, began);
    socket.write(REQUEST);
    socket.on('error', ({ message }) => {
      failure = message;
    });
    socket.once('close', () => {
      this.#underWay.delete(socket);
      if (answer.startsWith('HTTP/1.1 200')) this.times.push(performance.now() - began);
      else this.lost.push(`${new Date().toISOString()} ${answer.split('\r')[0] || failure}`);
    });
  }
}

async function remove(): Promise<void> {
  for (const resource of [services, deployments]) await resource.delete(at.name, at).catch(() => {});
}

await remove();
await deployments.create(deployment);
const { spec } = await services.create(service);
const port = spec.ports?.[0]?.nodePort ?? 0;
const [node] = (await client.resource(nodeKind).list()).items;
const host = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
try {
  await rolledOut();
  const load = new Load(host, port);
  await pause(2000);
  for (let roll = 1; roll <= ROLLS; roll++) {
    const began = performance.now();
    const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
    const body = { spec: { template: { metadata: { annotations } } } };
    await deployments.patch(at.name, { type: 'merge', body }, { namespace: at.namespace });
    await pause(500);
    await rolledOut();
    figure('a roll', (performance.now() - began) / 1000, 's', { roll, lost: load.lost.length });
  }
  await pause(3000);
  const { perSecond } = load;
  await load.stop();
  const { user, system } = process.cpuUsage();
  const senderUs = (user + system) / load.sent;
  figure('requests sent a second while rolling', perSecond, '1/s', { aim: RATE, sent: load.sent, senderUs });
  figure('slowest of a hundred', percentile(load.times, 99), 'ms');
  figure('requests lost', load.lost.length, '', { aim: 0 });
  for (const line of load.lost.slice(0, 20)) console.log(line);
} finally {
  await remove();
  client.close();
}

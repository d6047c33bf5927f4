import { type ExecFileOptions, execFile } from 'node:child_process';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node';
import { clockFigure, inParallel, percentile } from './figures.ts';

export interface ExecTarget {
  readonly kubeconfig: string;
  readonly pod: string;
  readonly container: string;
  /** The container of the cluster that is the pod's node. */
  readonly node: string;
}

const run = (file: string, args: readonly string[], options: ExecFileOptions = {}) =>
  promisify(execFile)(file, args, { encoding: 'utf8', timeout: 60_000, ...options });

/** Of the engine alone, in milliseconds: create, start and inspect by its API as cri-docker asks for them, without a client's start. */
const ENGINE_ALONE = `
const http = require('node:http');
const agent = new http.Agent({ keepAlive: true });
const ask = (method, path, body) => new Promise((resolve, reject) => {
  const request = http.request({ socketPath: '/var/run/docker.sock', agent, method, path, headers: { 'content-type': 'application/json' } }, (response) => {
    let text = '';
    response.on('data', (part) => (text += part)).on('end', () => resolve(text));
  }).on('error', reject);
  request.end(body && JSON.stringify(body));
});
const [container, rounds] = process.argv.slice(1);
(async () => {
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    const { Id } = JSON.parse(await ask('POST', '/containers/' + container + '/exec', { Cmd: ['true'], AttachStdout: true }));
    await ask('POST', '/exec/' + Id + '/start', {});
    await ask('GET', '/exec/' + Id + '/json');
    times.push(performance.now() - began);
  }
  console.log(JSON.stringify(times));
})();`;

/** `true` in a pod by kubectl and by a client in this process, and what of it is kubectl's own and Docker's. */
export async function measureExec(target: ExecTarget, rounds: number): Promise<void> {
  const { kubeconfig, pod, container, node } = target;
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const exec = new Exec(config);
  const kubectl = (...args: string[]) => run('kubectl', ['--kubeconfig', kubeconfig, ...args]);
  await measure('kubectl exec POD -- true', rounds, () => kubectl('exec', pod, '--', 'true'));
  await measureShare(['kubectl', '--kubeconfig', kubeconfig, 'exec', pod, '--', 'true'], rounds);
  await measure('kubectl get --raw /version', rounds, () => kubectl('get', '--raw', '/version'));
  await measure('exec of true by @kubernetes/client-node', rounds, () => execTrue(exec, pod, container));
  const { stdout: id } = await run('docker', [
    'exec',
    node,
    'docker',
    'ps',
    '-q',
    '--filter',
    `name=k8s_${container}_${pod}_`,
  ]);
  const { stdout } = await run('docker', ['exec', node, 'node', '-e', ENGINE_ALONE, String(id).trim(), String(rounds)]);
  report('exec of true by the engine alone', JSON.parse(String(stdout)) as number[]);
}

/** What kubectl itself computes while it execs, and the rest: what a client with nothing to do would wait. */
async function measureShare(command: readonly string[], rounds: number): Promise<void> {
  const own: number[] = [];
  const times = await inParallel(rounds, 1, async () => {
    const { stdout } = await run('bash', ['-c', '"$@"; times', 'bash', ...command], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    own.push(millisecondsOf(String(stdout).trim().split('\n').at(-1) ?? ''));
  });
  report("kubectl exec: kubectl's own processor time", own);
  report(
    'kubectl exec: the rest',
    times.map((time, i) => time - (own[i] ?? 0)),
  );
}

/** Of a line of bash's `times`, such as `0m0.075s 0m0.012s`. */
function millisecondsOf(line: string): number {
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60_000 + Number(s) * 1000,
    0,
  );
}

async function measure(name: string, rounds: number, task: () => Promise<unknown>): Promise<void> {
  await inParallel(2, 1, task);
  report(name, await inParallel(rounds, 1, task));
}

function report(name: string, times: readonly number[]): void {
  clockFigure(`${name} p50`, percentile(times, 50), 'ms', { min: Math.round(Math.min(...times)) });
}

async function execTrue(exec: Exec, pod: string, container: string): Promise<void> {
  const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onStatus = ({ status, message }: V1Status) =>
    status === 'Success' ? resolve() : reject(new Error(message ?? 'exec failed'));
  const socket = await exec.exec('default', pod, container, ['true'], sink(), sink(), null, false, onStatus);
  try {
    await promise;
  } finally {
    socket.close();
  }
}

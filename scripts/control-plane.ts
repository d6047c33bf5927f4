// The control plane without containers: a real etcd and our services as plain processes on loopback.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FlagValues, parseFlags, UsageError } from '@coxswain/foundation';
import { runPki } from '@coxswain/pki';
import { freePorts } from './lib/free-port.ts';
import { httpsGet } from './lib/https-get.ts';
import { ManagedProcesses, type ProcessSpec } from './lib/managed-process.ts';

const USAGE = `control-plane up   [--dir DIR] [--port 6443] [--without scheduler,controller-manager]
                   [--authorization-mode AlwaysAllow|Node,RBAC] [--controller-manager-flags --a=b,--c=d]
control-plane down [--dir DIR]
DIR is .run/control-plane unless given. up writes DIR/env with SERVER, TOKEN, CA and KUBECONFIG and starts only what
does not run yet; down ends what up started and keeps the data.`;

const FLAGS = {
  dir: { kind: 'string', help: 'where data, logs, credentials and pid files lie' },
  port: { kind: 'number', default: 6443, help: 'port of the apiserver' },
  without: { kind: 'list', help: 'services not to start' },
  'authorization-mode': { kind: 'list', default: ['AlwaysAllow'], help: 'of the apiserver: AlwaysAllow or Node,RBAC' },
  'controller-manager-flags': { kind: 'list', help: 'further ones of the controller-manager' },
} as const;
const SERVICES = ['etcd', 'apiserver', 'scheduler', 'controller-manager'] as const;
const READY_TIMEOUT_MS = 60_000;

const root = resolve(import.meta.dirname, '..');

try {
  const { flags, args } = parseFlags(FLAGS, process.argv.slice(2));
  const dir = resolve(process.env['CONTROL_PLANE_CWD'] ?? '.', flags.dir ?? join(root, '.run/control-plane'));
  if (args[0] === 'up') await up(dir, flags);
  else if (args[0] === 'down') await down(dir);
  else throw new UsageError(USAGE);
} catch (err) {
  console.error(err instanceof Error ? err.message : err);
  process.exit(err instanceof UsageError ? 2 : 1);
}

async function up(dir: string, flags: FlagValues<typeof FLAGS>): Promise<void> {
  const { port, without } = flags;
  const unknown = without.find((name) => !SERVICES.includes(name as never));
  if (unknown !== undefined) throw new UsageError(`--without: no such service: ${unknown}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const server = `https://127.0.0.1:${port}`;
  await runPki({ dir: join(dir, 'kubernetes'), server, nodes: 0 }, AbortSignal.timeout(30_000));

  const processes = new ManagedProcesses(dir);
  const ports = await choosePorts(dir, processes);
  const started = [];
  for (const spec of specs(dir, ports, flags)) {
    if (without.includes(spec.name)) continue;
    if (processes.start(spec)) started.push(spec.name);
    if (spec.name === 'apiserver') await untilReady(dir, server, processes);
  }
  writeEnv(dir, server, ports.etcd);
  console.log(started.length > 0 ? `started ${started.join(', ')}` : 'everything runs already');
  console.log(`${server} is ready; the environment for clients: ${join(dir, 'env')}`);
}

async function down(dir: string): Promise<void> {
  const processes = new ManagedProcesses(dir);
  const stopped = [];
  for (const name of [...SERVICES].reverse()) if (await processes.stop(name)) stopped.push(name);
  console.log(stopped.length > 0 ? `stopped ${stopped.join(', ')}` : 'nothing was running');
}

interface Ports {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly scheduler: number;
  readonly controllerManager: number;
}

/** The ports of the last run while anything of it still runs, otherwise free ones. */
async function choosePorts(dir: string, processes: ManagedProcesses): Promise<Ports> {
  const file = join(dir, 'ports.json');
  if (existsSync(file) && SERVICES.some((name) => processes.pid(name) !== undefined))
    return JSON.parse(readFileSync(file, 'utf8'));
  const [etcd = 0, etcdPeer = 0, scheduler = 0, controllerManager = 0] = await freePorts(4);
  const ports = { etcd, etcdPeer, scheduler, controllerManager };
  writeFileSync(file, `${JSON.stringify(ports)}\n`);
  return ports;
}

function specs(dir: string, ports: Ports, flags: FlagValues<typeof FLAGS>): ProcessSpec[] {
  const { port, 'authorization-mode': modes } = flags;
  const kubernetes = join(dir, 'kubernetes');
  const pki = join(kubernetes, 'pki');
  const etcd = `https://127.0.0.1:${ports.etcd}`;
  const etcdPeer = `https://127.0.0.1:${ports.etcdPeer}`;
  return [
    {
      name: 'etcd',
      command: 'etcd',
      args: [
        '--name=control-plane',
        `--data-dir=${join(dir, 'etcd')}`,
        `--listen-client-urls=${etcd}`,
        `--advertise-client-urls=${etcd}`,
        `--listen-peer-urls=${etcdPeer}`,
        `--initial-advertise-peer-urls=${etcdPeer}`,
        `--initial-cluster=control-plane=${etcdPeer}`,
        `--cert-file=${pki}/etcd/server.crt`,
        `--key-file=${pki}/etcd/server.key`,
        `--trusted-ca-file=${pki}/etcd/ca.crt`,
        '--client-cert-auth',
        `--peer-cert-file=${pki}/etcd/peer.crt`,
        `--peer-key-file=${pki}/etcd/peer.key`,
        `--peer-trusted-ca-file=${pki}/etcd/ca.crt`,
        '--peer-client-cert-auth',
        '--logger=zap',
        '--log-level=warn',
      ],
    },
    service('apiserver', [
      `--etcd-servers=${etcd}`,
      `--etcd-cafile=${pki}/etcd/ca.crt`,
      `--etcd-certfile=${pki}/apiserver-etcd-client.crt`,
      `--etcd-keyfile=${pki}/apiserver-etcd-client.key`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      '--advertise-address=127.0.0.1',
      `--tls-cert-file=${pki}/apiserver.crt`,
      `--tls-private-key-file=${pki}/apiserver.key`,
      `--client-ca-file=${pki}/ca.crt`,
      `--token-auth-file=${pki}/tokens.csv`,
      `--requestheader-client-ca-file=${pki}/front-proxy-ca.crt`,
      '--requestheader-allowed-names=front-proxy-client',
      `--proxy-client-cert-file=${pki}/front-proxy-client.crt`,
      `--proxy-client-key-file=${pki}/front-proxy-client.key`,
      `--kubelet-client-certificate=${pki}/apiserver-kubelet-client.crt`,
      `--kubelet-client-key=${pki}/apiserver-kubelet-client.key`,
      `--kubelet-certificate-authority=${pki}/ca.crt`,
      '--service-cluster-ip-range=10.96.0.0/16',
      '--service-node-port-range=30000-32767',
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-signing-key-file=${pki}/sa.key`,
      `--service-account-key-file=${pki}/sa.pub`,
      `--authorization-mode=${modes.join(',')}`,
    ]),
    service('scheduler', [
      `--kubeconfig=${kubernetes}/scheduler.conf`,
      '--leader-elect=true',
      '--bind-address=127.0.0.1',
      `--secure-port=${ports.scheduler}`,
    ]),
    service('controller-manager', [
      `--kubeconfig=${kubernetes}/controller-manager.conf`,
      '--leader-elect=true',
      '--bind-address=127.0.0.1',
      `--secure-port=${ports.controllerManager}`,
      '--cluster-cidr=10.244.0.0/16',
      '--allocate-node-cidrs=true',
      '--node-cidr-mask-size=24',
      `--service-account-private-key-file=${pki}/sa.key`,
      `--root-ca-file=${pki}/ca.crt`,
      `--cluster-signing-cert-file=${pki}/ca.crt`,
      `--cluster-signing-key-file=${pki}/ca.key`,
      ...flags['controller-manager-flags'],
    ]),
  ];
}

/** With the memory settings of the control plane's image. */
function service(name: string, args: readonly string[]): ProcessSpec {
  const main = join(root, 'packages', name, 'src/main.ts');
  const env = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' };
  return { name, command: process.execPath, args: ['--max-semi-space-size=8', main, ...args], env };
}

async function untilReady(dir: string, server: string, processes: ManagedProcesses): Promise<void> {
  const tls = { ca: readFileSync(join(dir, 'kubernetes/pki/ca.crt'), 'utf8'), token: readToken(dir) };
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let last = 'no answer';
  for (;;) {
    try {
      const { status, body } = await httpsGet(`${server}/readyz`, tls);
      if (status === 200) return;
      last = `${status} ${body}`;
    } catch (err) {
      last = err instanceof Error ? err.message : String(err);
    }
    for (const name of ['etcd', 'apiserver'])
      if (processes.pid(name) === undefined)
        throw new Error(`${name} stopped at once; the end of ${processes.logFile(name)}:\n${processes.tail(name)}`);
    if (Date.now() > deadline)
      throw new Error(`${server} is not ready: ${last}\nthe end of its log:\n${processes.tail('apiserver')}`);
    await sleep(100);
  }
}

function readToken(dir: string): string {
  return readFileSync(join(dir, 'kubernetes/pki/tokens.csv'), 'utf8').split(',')[0] as string;
}

function writeEnv(dir: string, server: string, etcdPort: number): void {
  const kubernetes = join(dir, 'kubernetes');
  const values = {
    SERVER: server,
    TOKEN: readToken(dir),
    CA: join(kubernetes, 'pki/ca.crt'),
    KUBECONFIG: join(kubernetes, 'admin.kubeconfig'),
    ETCDCTL_API: '3',
    ETCDCTL_ENDPOINTS: `https://127.0.0.1:${etcdPort}`,
    ETCDCTL_CACERT: join(kubernetes, 'pki/etcd/ca.crt'),
    ETCDCTL_CERT: join(kubernetes, 'pki/apiserver-etcd-client.crt'),
    ETCDCTL_KEY: join(kubernetes, 'pki/apiserver-etcd-client.key'),
  };
  const text = Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
  writeFileSync(join(dir, 'env'), text, { mode: 0o600 });
}

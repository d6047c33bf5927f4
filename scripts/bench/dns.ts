// Speed of the cluster DNS: queries a second and the share of slow ones, by Debian's dnsperf, against a server of its own
// that knows SERVICES Services (10,000) of which one in ten is headless with 3 endpoints. Reads SECONDS (10), CLIENTS (8)
// and, with DNS=host:port, asks another server for names that it doesn't know. Prints one JSON line a figure.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { figure } from './figures.ts';
import { ServerUsage } from './server-usage.ts';

const number = (name: string, initial: number) => Number(process.env[name] ?? initial);
const SERVICES = number('SERVICES', 10_000);
const SECONDS = number('SECONDS', 10);
const CLIENTS = number('CLIENTS', 8);

if (spawnSync('dnsperf', ['-h']).error) {
  console.error('dnsperf is missing: apt-get install dnsperf');
  process.exit(2);
}

/** What pods ask: mostly a Service by its whole name, sometimes by the search path, SRV, reverse or nothing there. */
function queries(): string {
  const lines: string[] = [];
  for (let i = 0; i < 5000; i += 1) {
    const service = `s${(i * 7919) % SERVICES}.bench.svc.cluster.local`;
    const draw = i % 10;
    if (draw < 6) lines.push(`${service} A`);
    else if (draw < 8) lines.push(`${service} AAAA`);
    else if (draw === 8) lines.push(`_http._tcp.${service} SRV`);
    else lines.push(`${service}.default.svc.cluster.local A`);
  }
  return `${lines.join('\n')}\n`;
}

async function startServer(): Promise<{ address: [string, string]; pid: number | undefined; stop(): void }> {
  const given = process.env['DNS'];
  if (given) return { address: given.split(':') as [string, string], pid: undefined, stop: () => {} };
  const server = spawn(process.execPath, [join(import.meta.dirname, 'dns-server.ts')], {
    env: { ...process.env, SERVICES: String(SERVICES) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: server.stdout }))
    if (/^\d+$/.test(line)) return { address: ['127.0.0.1', line], pid: server.pid, stop: () => server.kill() };
  throw new Error('the server ended before it listened');
}

const folder = mkdtempSync(join(tmpdir(), 'bench-dns-'));
const server = await startServer();
try {
  const file = join(folder, 'queries');
  writeFileSync(file, queries());
  const [host, port] = server.address;
  const load = (seconds: number, more: readonly string[] = []) =>
    spawnSync('dnsperf', ['-s', host, '-p', port, '-d', file, '-l', String(seconds), '-c', String(CLIENTS), ...more], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }).stdout;
  load(2);
  const usage = new ServerUsage(server.pid === undefined ? undefined : String(server.pid));
  const before = usage.cpuMicroseconds();
  const full = load(SECONDS);
  const after = usage.cpuMicroseconds();
  const answered = Number(/Queries completed:\s+(\d+)/.exec(full)?.[1]);
  // However busy the machine is: 50 µs are 20,000 a second of one core.
  if (before !== undefined && after !== undefined)
    figure('processor time of the server a query', (after - before) / answered, 'µs', { aim: 50 });
  figure('dns queries per second', Number(/Queries per second:\s+([\d.]+)/.exec(full)?.[1]), '1/s', {
    lost: Number(/Queries lost:\s+(\d+)/.exec(full)?.[1]),
    meanMs: Number(/Average Latency \(s\):\s+([\d.]+)/.exec(full)?.[1]) * 1000,
  });
  const latencies = [...load(SECONDS, ['-Q', '20000', '-v']).matchAll(/^> \w+ \S+ \S+ ([\d.]+)$/gm)]
    .map((match) => Number(match[1]) * 1000)
    .sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  figure('dns latency at 20,000 queries per second, p99', at(0.99), 'ms', { p50: at(0.5), queries: latencies.length });
} finally {
  server.stop();
  rmSync(folder, { recursive: true, force: true });
}

// Speed of the cluster DNS: queries a second and the share of slow ones, by Debian's dnsperf, against a server of its own
// that knows SERVICES Services (10,000) of which one in ten is headless with 3 endpoints. Reads SECONDS (10), CLIENTS (8)
// and, with DNS=host:port, asks another server for names that it doesn't know. Prints one JSON line a figure.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

interface Server {
  readonly address: readonly [host: string, port: string];
  readonly pid: number | undefined;
  stop(): void;
}

async function start(program: string): Promise<Server> {
  const server = spawn(process.execPath, [join(import.meta.dirname, program)], {
    env: { ...process.env, SERVICES: String(SERVICES) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: server.stdout }))
    if (/^\d+$/.test(line)) return { address: ['127.0.0.1', line], pid: server.pid, stop: () => server.kill() };
  throw new Error('the server ended before it listened');
}

const folder = mkdtempSync(join(tmpdir(), 'bench-dns-'));
const file = join(folder, 'queries');

/** What dnsperf says; to a file, so that reading it takes no processor from those who are measured. */
function load({ address: [host, port] }: Server, seconds: number, more: readonly string[] = []): string {
  const said = join(folder, 'said');
  const output = openSync(said, 'w');
  const args = ['-s', host, '-p', port, '-d', file, '-l', String(seconds), '-c', String(CLIENTS), ...more];
  spawnSync('dnsperf', args, { stdio: ['ignore', output, 'inherit'] });
  closeSync(output);
  return readFileSync(said, 'utf8');
}

/** Milliseconds of the queries' latencies at 20,000 a second, in order. */
function latencies(server: Server): number[] {
  return [...load(server, SECONDS, ['-Q', '20000', '-v']).matchAll(/^> \w+ \S+ \S+ ([\d.]+)$/gm)]
    .map((match) => Number(match[1]) * 1000)
    .sort((a, b) => a - b);
}

function measure(what: string, server: Server, aims: { cpu?: { aim: number }; p99?: { aim: number } } = {}): void {
  load(server, 2);
  const usage = new ServerUsage(server.pid === undefined ? undefined : String(server.pid));
  const before = usage.cpuMicroseconds();
  const full = load(server, SECONDS);
  const after = usage.cpuMicroseconds();
  const answered = Number(/Queries completed:\s+(\d+)/.exec(full)?.[1]);
  if (before !== undefined && after !== undefined)
    figure(`${what}: processor time a query`, (after - before) / answered, 'µs', aims.cpu);
  figure(`${what}: queries a second`, Number(/Queries per second:\s+([\d.]+)/.exec(full)?.[1]), '1/s', {
    lost: Number(/Queries lost:\s+(\d+)/.exec(full)?.[1]),
    meanMs: Number(/Average Latency \(s\):\s+([\d.]+)/.exec(full)?.[1]) * 1000,
  });
  const sorted = latencies(server);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  const more = { p50: at(0.5), queries: sorted.length, perSecond: Math.round(sorted.length / SECONDS) };
  figure(`${what}: latency at 20,000 queries a second, p99`, at(0.99), 'ms', { ...more, ...aims.p99 });
}

const given = process.env['DNS']?.split(':') as [string, string] | undefined;
try {
  writeFileSync(file, queries());
  // What the machine allows: no server written in Node can do better at this moment.
  const echo = await start('dns-echo.ts');
  measure('a server that only echoes', echo);
  echo.stop();
  const server = given ? { address: given, pid: undefined, stop: () => {} } : await start('dns-server.ts');
  // However busy the machine is: 50 µs are 20,000 a second of one core.
  measure('dns', server, { cpu: { aim: 50 }, p99: { aim: 2 } });
  server.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

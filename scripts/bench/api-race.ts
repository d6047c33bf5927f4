// Two API servers in turns on the same machine: api-race OURS REFERENCE, each a file with SERVER, TOKEN and CA as
// scripts/control-plane writes it. Runs bench:api against one and the other, ROUNDS (2) times, with its settings, and
// prints one JSON line a figure: medians of both, and how many times ours is better by the clock and by the server's
// processor time. On a busy machine only the latter means something. Each run's figures go to standard error.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseEnv } from 'node:util';
import { percentile } from './figures.ts';

interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly p99ms?: number;
  readonly cpuUs?: number;
}

const [ours, reference] = process.argv.slice(2);
if (!ours || !reference) throw new Error('usage: api-race OURS REFERENCE (files with SERVER, TOKEN and CA)');
const rounds = Number(process.env['ROUNDS'] ?? 2);

const measured: { readonly ours: Figure[][]; readonly reference: Figure[][] } = { ours: [], reference: [] };
for (let round = 0; round < rounds; round++) {
  measured.ours.push(await bench(ours));
  measured.reference.push(await bench(reference));
}
for (const { figure, unit } of measured.ours[0] ?? []) {
  const a = medians(measured.ours, figure);
  const b = medians(measured.reference, figure);
  const times = unit.endsWith('/s') ? a.value / b.value : b.value / a.value;
  const cpuTimes = a.cpuUs === undefined || b.cpuUs === undefined ? {} : { cpuTimes: round(b.cpuUs / a.cpuUs) };
  console.log(JSON.stringify({ figure, unit, ours: a, reference: b, times: round(times), ...cpuTimes }));
}

async function bench(file: string): Promise<Figure[]> {
  const { SERVER, TOKEN, CA } = parseEnv(readFileSync(file, 'utf8'));
  const env = { ...process.env, ...(SERVER && { SERVER }), ...(TOKEN && { TOKEN }), ...(CA && { CA }) };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'api.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const figures: Figure[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    console.error(`${SERVER} ${line}`);
    figures.push(JSON.parse(line) as Figure);
  }
  return figures;
}

function medians(runs: readonly Figure[][], name: string): { value: number; p99ms?: number; cpuUs?: number } {
  const all = runs.flatMap((run) => run.filter(({ figure }) => figure === name));
  const median = (of: 'value' | 'p99ms' | 'cpuUs') => {
    const values = all.map((each) => each[of]).filter((value) => value !== undefined);
    return values.length === 0 ? {} : { [of]: round(percentile(values, 50)) };
  };
  return { value: Number.NaN, ...median('value'), ...median('p99ms'), ...median('cpuUs') };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

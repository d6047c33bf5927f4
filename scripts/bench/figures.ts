import { loadavg } from 'node:os';

/** Runs `task(0, lane)` … `task(count - 1, lane)` on lanes 0 … width-1; resolves with each one's milliseconds. */
export async function inParallel(
  count: number,
  width: number,
  task: (i: number, lane: number) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(width, count) }, async (_, lane) => {
      while (next < count) {
        const i = next++;
        const began = performance.now();
        await task(i, lane);
        times.push(performance.now() - began);
      }
    }),
  );
  return times;
}

export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? Number.NaN;
}

/** One figure as a line of JSON. */
export function figure(name: string, value: number, unit: string, more: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ figure: name, value: Math.round(value * 100) / 100, unit, ...more }));
}

/** A figure of the clock with the machine's load of the last minute, since another's work makes it worse. */
export function clockFigure(name: string, value: number, unit: string, more: Record<string, unknown> = {}): void {
  figure(name, value, unit, { ...more, load: Math.round((loadavg()[0] ?? 0) * 10) / 10 });
}

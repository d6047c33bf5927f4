import { clockFigure, percentile } from './figures.ts';
import type { PodStarts } from './pod-starts.ts';

/** One pod alone, `rounds` times, and 30 at once; two go before so that nothing is done for the first time. */
export async function measurePodStarts(starts: PodStarts, rounds: number): Promise<void> {
  await starts.create('warm', 2);
  await starts.remove();
  const alone: number[] = [];
  for (let i = 0; i < rounds; i++) {
    alone.push(...(await starts.create(`alone${i}`, 1)));
    await starts.remove();
  }
  clockFigure('pod start alone p50', percentile(alone, 50), 'ms', least(alone));
  const together = await starts.create('together', 30);
  await starts.remove();
  clockFigure('pod start, 30 at once, p50', percentile(together, 50), 'ms', least(together));
  clockFigure('pod start, 30 at once, p99', percentile(together, 99), 'ms');
}

function least(times: readonly number[]): { min: number; max: number } {
  return { min: Math.round(Math.min(...times)), max: Math.round(Math.max(...times)) };
}

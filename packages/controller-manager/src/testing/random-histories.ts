import fc from 'fast-check';

/** A history that waits at every step can't be made smaller for ever. */
const SHRINK_MS = 60_000;

/**
 * Runs a property with `count` histories; `random` gives the next choice, in [0, 1). What fails is made smaller and can
 * be played again by the seed and path that fast-check prints.
 */
export function randomHistories(count: number, run: (random: () => number) => void): void {
  fc.assert(
    fc.property(fc.gen(), (choose) => run(() => choose(fc.nat, { max: 9_999 }) / 10_000)),
    { numRuns: count, endOnFailure: false },
  );
}

/** The same for a property that waits; one history after the other, and after a minute no more of them. */
export async function randomAsyncHistories(count: number, run: (random: Choices) => Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.gen(), (choose) => run(choices(() => choose(fc.nat, { max: 9_999 }) / 10_000))),
    { numRuns: count, endOnFailure: false, interruptAfterTimeLimit: SHRINK_MS },
  );
}

export interface Choices {
  /** True with this probability. */
  chance(probability: number): boolean;
  /** An integer in [0, below). */
  below(below: number): number;
  /** One of these; undefined of none. */
  of<T>(all: readonly T[]): T | undefined;
}

function choices(random: () => number): Choices {
  return {
    chance: (probability) => random() < probability,
    below: (below) => Math.floor(random() * below),
    of: (all) => all[Math.floor(random() * all.length)],
  };
}

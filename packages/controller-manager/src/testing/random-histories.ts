import fc from 'fast-check';

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

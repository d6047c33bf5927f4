import { type Candidate, startOf } from './select-victims.ts';

/** Added to each priority so that more victims of negative priority are no better than fewer. */
const OFFSET = 2 ** 31;

/** What counts, in this order; the lowest is best. */
const COSTS: readonly ((candidate: Candidate) => number)[] = [
  ({ violations }) => violations,
  ({ victims }) => victims[0]?.priority ?? Number.NEGATIVE_INFINITY,
  ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + OFFSET, 0),
  ({ victims }) => victims.length,
  earliestStart,
];

/** Where preemption hurts least; among equals the first. Undefined without candidates. */
export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let left = candidates;
  for (const cost of COSTS) {
    if (left.length <= 1) break;
    const costs = left.map(cost);
    const lowest = Math.min(...costs);
    left = left.filter((_, i) => costs[i] === lowest);
  }
  return left[0];
}

/** Rather those that began late: the earliest start among the victims of the highest priority, negated. */
function earliestStart({ victims }: Candidate): number {
  const highest = victims[0]?.priority;
  return -Math.min(...victims.filter(({ priority }) => priority === highest).map(startOf));
}

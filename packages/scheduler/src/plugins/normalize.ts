import { MAX_NODE_SCORE } from '../framework/plugin.ts';

/** Scales scores in place so that the highest becomes 100; reversed, the lowest is best. */
export function normalize(scores: Float64Array, reverse: boolean): void {
  let highest = 0;
  for (const score of scores) if (score > highest) highest = score;
  for (let i = 0; i < scores.length; i++) {
    if (highest === 0) {
      scores[i] = reverse ? MAX_NODE_SCORE : 0;
      continue;
    }
    const scaled = Math.floor((MAX_NODE_SCORE * (scores[i] as number)) / highest);
    scores[i] = reverse ? MAX_NODE_SCORE - scaled : scaled;
  }
}

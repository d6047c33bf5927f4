const MIN_NODES = 100;
const MIN_PERCENTAGE = 5;

/**
 * After how many nodes with room the search ends, as upstream's percentageOfNodesToScore: all of up to 100 nodes, then a
 * share that falls from 50 % by one for each 125 nodes down to 5 %, or the share given.
 */
export function feasibleNodesToFind(nodes: number, percentage: number): number {
  if (nodes < MIN_NODES || percentage >= 100) return nodes;
  const share = percentage > 0 ? percentage : Math.max(MIN_PERCENTAGE, 50 - Math.floor(nodes / 125));
  return Math.max(MIN_NODES, Math.floor((nodes * share) / 100));
}

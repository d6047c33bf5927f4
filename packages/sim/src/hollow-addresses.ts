export interface HollowAddresses {
  readonly node: string;
  /** The node's range of pod addresses: its own, so that hollow nodes use up none of the cluster's. */
  readonly podCidr: string;
  /** Of the node's n-th sandbox; after 253 they begin anew. */
  pod(n: number): string;
}

/**
 * Addresses of the `index`-th hollow node (0 to 32,511) and its pods: 198.18.0.0/15, which is set aside for benchmarks,
 * and 10.129.0.0/16 to 10.255.0.0/16. Nothing answers there.
 */
export function hollowAddresses(index: number): HollowAddresses {
  const [high, low] = [index >> 8, index & 255];
  return {
    node: `198.${18 + (high >> 7)}.${high & 127}.${low}`,
    podCidr: `10.${129 + high}.${low}.0/24`,
    pod: (n) => `10.${129 + high}.${low}.${2 + (n % 253)}`,
  };
}

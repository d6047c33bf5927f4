import type { KubectlRunner } from '../../harness/kubectl.ts';
import type { FakeNodes } from '../fake-nodes.ts';

/** What cases of one control plane share. */
export interface World {
  readonly kubectl: KubectlRunner;
  readonly nodes: FakeNodes;
}

export const SETTLED = { timeout: 30_000, interval: 50 };

import type { ReplicaSet } from '@coxswain/api';

/** A ReplicaSet, or a kind that differs from it by its selector only. */
export type Replicated = Omit<ReplicaSet, 'spec'> & {
  spec: Omit<ReplicaSet['spec'], 'selector' | 'template'> & { template?: ReplicaSet['spec']['template'] | undefined };
};

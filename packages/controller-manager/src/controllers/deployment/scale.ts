import type { ReplicaSet } from '@coxswain/api';

/** A ReplicaSet's size to be set; a step without a change of size brings its replica annotations up to date. */
export interface Scale {
  readonly replicaSet: ReplicaSet;
  readonly to: number;
}

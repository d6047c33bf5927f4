import { bool, int64, list, of, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';

export const Preconditions = struct('Preconditions', {
  uid: str(1).pointer(),
  resourceVersion: str(2).pointer(),
});
export type Preconditions = Infer<typeof Preconditions>;

export const DeleteOptions = struct('DeleteOptions', {
  apiVersion: str(),
  kind: str(),
  gracePeriodSeconds: int64(1).pointer(),
  preconditions: of(2, Preconditions),
  orphanDependents: bool(3).pointer(),
  propagationPolicy: str(4).pointer(),
  dryRun: list(5, str()).atomic(),
  ignoreStoreReadErrorWithClusterBreakingPotential: bool(6).pointer(),
});
export type DeleteOptions = Infer<typeof DeleteOptions>;

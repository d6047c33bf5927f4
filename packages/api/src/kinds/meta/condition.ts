import { int64, str, time } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';

export const Condition = struct('Condition', {
  type: str(1).required(),
  status: str(2).required(),
  observedGeneration: int64(3),
  lastTransitionTime: time(4).required(),
  reason: str(5).required(),
  message: str(6).required(),
});
export type Condition = Infer<typeof Condition>;

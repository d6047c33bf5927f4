import { list, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';

export const TopologySelectorLabelRequirement = struct('TopologySelectorLabelRequirement', {
  key: str(1).required(),
  values: list(2, str()).required().atomic(),
});
export type TopologySelectorLabelRequirement = Infer<typeof TopologySelectorLabelRequirement>;

export const TopologySelectorTerm = struct('TopologySelectorTerm', {
  matchLabelExpressions: list(1, TopologySelectorLabelRequirement).atomic(),
});
export type TopologySelectorTerm = Infer<typeof TopologySelectorTerm>;

import { list, map, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';

export const LabelSelectorRequirement = struct('LabelSelectorRequirement', {
  key: str(1).required(),
  operator: str(2).required(),
  values: list(3, str()).atomic(),
});
export type LabelSelectorRequirement = Infer<typeof LabelSelectorRequirement>;

export const LabelSelector = struct('LabelSelector', {
  matchLabels: map(1, str()),
  matchExpressions: list(2, LabelSelectorRequirement).atomic(),
});
export type LabelSelector = Infer<typeof LabelSelector>;

import { int32, list, of, str } from '../../../schema/builders.ts';
import { type Infer, struct } from '../../../schema/struct.ts';
import { LabelSelector } from '../../meta/label-selector.ts';

export const NodeSelectorRequirement = struct('NodeSelectorRequirement', {
  key: str(1).written(),
  operator: str(2).written(),
  values: list(3, str()).atomic(),
});
export type NodeSelectorRequirement = Infer<typeof NodeSelectorRequirement>;

export const NodeSelectorTerm = struct('NodeSelectorTerm', {
  matchExpressions: list(1, NodeSelectorRequirement).atomic(),
  matchFields: list(2, NodeSelectorRequirement).atomic(),
});
export type NodeSelectorTerm = Infer<typeof NodeSelectorTerm>;

export const PreferredSchedulingTerm = struct('PreferredSchedulingTerm', {
  weight: int32(1).required(),
  preference: of(2, NodeSelectorTerm).required(),
});
export type PreferredSchedulingTerm = Infer<typeof PreferredSchedulingTerm>;

export const NodeSelector = struct('NodeSelector', {
  nodeSelectorTerms: list(1, NodeSelectorTerm).required('must have at least one node selector term').atomic(),
});
export type NodeSelector = Infer<typeof NodeSelector>;

export const NodeAffinity = struct('NodeAffinity', {
  requiredDuringSchedulingIgnoredDuringExecution: of(1, NodeSelector),
  preferredDuringSchedulingIgnoredDuringExecution: list(2, PreferredSchedulingTerm).atomic(),
});
export type NodeAffinity = Infer<typeof NodeAffinity>;

export const PodAffinityTerm = struct('PodAffinityTerm', {
  labelSelector: of(1, LabelSelector),
  namespaces: list(2, str()).atomic(),
  topologyKey: str(3).required('can not be empty'),
  namespaceSelector: of(4, LabelSelector),
  matchLabelKeys: list(5, str()).atomic(),
  mismatchLabelKeys: list(6, str()).atomic(),
});
export type PodAffinityTerm = Infer<typeof PodAffinityTerm>;

export const WeightedPodAffinityTerm = struct('WeightedPodAffinityTerm', {
  weight: int32(1).required(),
  podAffinityTerm: of(2, PodAffinityTerm).required(),
});
export type WeightedPodAffinityTerm = Infer<typeof WeightedPodAffinityTerm>;

export const PodAffinity = struct('PodAffinity', {
  requiredDuringSchedulingIgnoredDuringExecution: list(1, PodAffinityTerm).atomic(),
  preferredDuringSchedulingIgnoredDuringExecution: list(2, WeightedPodAffinityTerm).atomic(),
});
export type PodAffinity = Infer<typeof PodAffinity>;

export const PodAntiAffinity = struct('PodAntiAffinity', {
  requiredDuringSchedulingIgnoredDuringExecution: list(1, PodAffinityTerm).atomic(),
  preferredDuringSchedulingIgnoredDuringExecution: list(2, WeightedPodAffinityTerm).atomic(),
});
export type PodAntiAffinity = Infer<typeof PodAntiAffinity>;

export const Affinity = struct('Affinity', {
  nodeAffinity: of(1, NodeAffinity),
  podAffinity: of(2, PodAffinity),
  podAntiAffinity: of(3, PodAntiAffinity),
});
export type Affinity = Infer<typeof Affinity>;

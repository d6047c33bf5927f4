import { bool, list, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { nodeColumns } from './node-columns.ts';
import { NodeConfigSource, NodeStatus } from './node-status.ts';
import { validateNode, validateNodeUpdate } from './node-validation.ts';

export const Taint = struct('Taint', {
  key: str(1).written(),
  value: str(2),
  effect: str(3).written(),
  timeAdded: time(4).pointer(),
});
export type Taint = Infer<typeof Taint>;

export const NodeSpec = struct('NodeSpec', {
  podCIDR: str(1),
  externalID: str(2),
  providerID: str(3),
  unschedulable: bool(4),
  taints: list(5, Taint).atomic(),
  configSource: of(6, NodeConfigSource),
  podCIDRs: list(7, str()).listSet().patchMerge(),
});
export type NodeSpec = Infer<typeof NodeSpec>;

export const Node = struct('Node', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, NodeSpec).expected(),
  status: of(3, NodeStatus),
});
export type Node = Infer<typeof Node>;

export const nodeKind = defineKind<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  struct: Node,
  hasGeneration: false,
  keepsStatusOnCreate: true,
  // The two spellings of the pod range say the same; where they differ the single one counts.
  defaults({ spec, status }) {
    if (status?.capacity) status.allocatable ??= { ...status.capacity };
    if (spec.podCIDR && spec.podCIDR !== spec.podCIDRs?.[0]) spec.podCIDRs = [spec.podCIDR];
    else if (spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0];
  },
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  subresources: {
    status: true,
    others: { proxy: { kind: ['', 'v1', 'NodeProxyOptions'], verbs: ['create', 'delete', 'get', 'patch', 'update'] } },
  },
  fieldSelectors: { 'spec.unschedulable': (node) => String(node.spec.unschedulable ?? false) },
  columns: nodeColumns,
});

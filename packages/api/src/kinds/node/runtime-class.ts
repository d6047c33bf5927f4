import { list, map, of, quantity, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { Toleration } from '../core/pod/scheduling.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const Overhead = struct('Overhead', {
  podFixed: map(1, quantity()),
});
export type Overhead = Infer<typeof Overhead>;

export const Scheduling = struct('Scheduling', {
  nodeSelector: map(1, str()).atomic(),
  tolerations: list(2, Toleration).atomic(),
});
export type Scheduling = Infer<typeof Scheduling>;

export const RuntimeClass = struct('RuntimeClass', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  handler: str(2).required(),
  overhead: of(3, Overhead),
  scheduling: of(4, Scheduling),
});
export type RuntimeClass = Infer<typeof RuntimeClass>;

export const runtimeClassKind = defineKind<RuntimeClass>({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  namespaced: false,
  struct: RuntimeClass,
});

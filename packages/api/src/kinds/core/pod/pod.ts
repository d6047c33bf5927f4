import { of, str } from '../../../schema/builders.ts';
import { defineKind } from '../../../schema/kind.ts';
import { type Infer, struct } from '../../../schema/struct.ts';
import { ObjectMeta } from '../../meta/object-meta.ts';
import { PodSpec } from './pod-spec.ts';
import { PodStatus } from './pod-status.ts';

export const Pod = struct('Pod', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, PodSpec).expected(),
  status: of(3, PodStatus),
});
export type Pod = Infer<typeof Pod>;

export const podKind = defineKind<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  struct: Pod,
  subresources: { status: true },
});

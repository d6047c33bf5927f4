import { int32, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const ScaleSpec = struct('ScaleSpec', {
  replicas: int32(1).range(0),
});
export type ScaleSpec = Infer<typeof ScaleSpec>;

export const ScaleStatus = struct('ScaleStatus', {
  replicas: int32(1).required(),
  selector: str(2),
});
export type ScaleStatus = Infer<typeof ScaleStatus>;

export const Scale = struct('Scale', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, ScaleSpec).expected(),
  status: of(3, ScaleStatus),
});
export type Scale = Infer<typeof Scale>;

export const scaleKind = defineKind<Scale>({
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  plural: 'scales',
  namespaced: true,
  struct: Scale,
  columns: [
    column('Desired', ({ spec }) => spec.replicas ?? 0, 'integer'),
    column('Available', ({ status }) => status?.replicas ?? 0, 'integer'),
  ],
});

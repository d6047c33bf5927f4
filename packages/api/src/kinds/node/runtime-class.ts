import { type FieldError, fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isDns1123Label } from '../../machinery/names.ts';
import { tryParseQuantity } from '../../machinery/quantity.ts';
import { validateLabels } from '../../machinery/validate-meta.ts';
import { list, map, of, quantity, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { Toleration } from '../core/pod/scheduling.ts';
import { validateTolerations } from '../core/pod/scheduling-validation.ts';
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
  handler: str(2).always(),
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
  validate: validateRuntimeClass,
  validateUpdate: (next, old) =>
    next.handler === old.handler ? [] : [fieldInvalid(path('handler'), next.handler, 'field is immutable')],
  columns: [column('Handler', ({ handler }) => handler)],
});

function validateRuntimeClass({ handler = '', overhead, scheduling }: RuntimeClass): FieldError[] {
  const errors = isDns1123Label(handler).map((m) => fieldInvalid(path('handler'), handler, m));
  for (const [name, amount] of Object.entries(overhead?.podFixed ?? {}))
    if (tryParseQuantity(amount)?.sign() === -1)
      errors.push(fieldInvalid(path('overhead', 'limits').key(name), amount, 'must be greater than or equal to 0'));
  return [
    ...errors,
    ...validateLabels(scheduling?.nodeSelector, path('scheduling', 'nodeSelector')),
    ...validateTolerations(scheduling?.tolerations ?? [], path('scheduling', 'tolerations')),
  ];
}

export {
  any,
  bool,
  bytes,
  double,
  type Item,
  int32,
  int64,
  intOrString,
  list,
  map,
  microTime,
  of,
  quantity,
  raw,
  str,
  time,
} from './builders.ts';
export { column, wideColumn } from './column.ts';
export { Field, type FieldSpec, type FieldType, type ScalarName, type StringRule } from './field.ts';
export {
  type Column,
  defineKind,
  type Kind,
  type KindConversion,
  type KindDescription,
  type KubeObject,
  type ObjectMetaShape,
  type OwnerReferenceShape,
  type ScaleMapping,
  type Subresources,
} from './kind.ts';
export { type Infer, inlined, type Struct, struct } from './struct.ts';

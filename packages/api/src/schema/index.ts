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
export {
  type BodyFormat,
  type DecodedObject,
  decodeObject,
  decodeParsed,
  duplicatesIn,
  type FieldValidation,
} from './decode-object.ts';
export { type DecodedValue, DecodeError, decodeValue } from './decode-value.ts';
export { applyDefaults, applyStructDefaults } from './defaults.ts';
export { formatAge, humanDuration } from './durations.ts';
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
  type Requester,
  type ScaleMapping,
  type Subresources,
} from './kind.ts';
export { patchSchemaOf } from './patch-schema.ts';
export { decodeProtobufObject } from './protobuf-decode.ts';
export { encodeMessage, protobufBody, protobufEnvelope } from './protobuf-encode.ts';
export { ProtobufWriter } from './protobuf-writer.ts';
export { type Infer, inlined, type Struct, struct } from './struct.ts';
export {
  renderTable,
  steadyTableCells,
  type Table,
  type TableColumnDefinition,
  type TableOptions,
  type TableRow,
  tableCells,
  tableColumns,
  tableRow,
} from './table.ts';
export { validateFields } from './validate-fields.ts';
export { validateMetadata, validateMetadataUpdate } from './validate-metadata.ts';
export { validateObject, validateObjectUpdate, validateStatusUpdate } from './validate-object.ts';

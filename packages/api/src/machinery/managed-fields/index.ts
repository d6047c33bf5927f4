export { type Applied, type ApplyRequest, applyConfig } from './apply-config.ts';
export { compareObjects, type Difference, emptyObject } from './compare-objects.ts';
export { ConfigError } from './config-fields.ts';
export type { FieldSet } from './field-set.ts';
export {
  decodeEntries,
  equalEntries,
  type ManagerEntry,
  type Writer,
} from './manager-entry.ts';
export { type DifferenceAt, MAX_UPDATE_MANAGERS, recordUpdate } from './record-update.ts';

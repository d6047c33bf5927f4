import { str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';

export const LocalObjectReference = struct('LocalObjectReference', {
  name: str(1),
});
export type LocalObjectReference = Infer<typeof LocalObjectReference>;

export const TypedLocalObjectReference = struct('TypedLocalObjectReference', {
  apiGroup: str(1).pointer().always(),
  kind: str(2).required(),
  name: str(3).required(),
});
export type TypedLocalObjectReference = Infer<typeof TypedLocalObjectReference>;

export const TypedObjectReference = struct('TypedObjectReference', {
  apiGroup: str(1).pointer().always(),
  kind: str(2).required(),
  name: str(3).required(),
  namespace: str(4).pointer(),
});
export type TypedObjectReference = Infer<typeof TypedObjectReference>;

export const ObjectReference = struct('ObjectReference', {
  kind: str(1),
  namespace: str(2),
  name: str(3),
  uid: str(4),
  apiVersion: str(5),
  resourceVersion: str(6),
  fieldPath: str(7),
});
export type ObjectReference = Infer<typeof ObjectReference>;

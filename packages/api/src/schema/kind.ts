import type { FieldError } from '../machinery/field-error.ts';
import type { Struct } from './struct.ts';

/** What every object has. */
export interface KubeObject {
  apiVersion?: string | undefined;
  kind?: string | undefined;
  metadata: ObjectMetaShape;
}

/** The part of metadata that generic code uses; kinds type it in full as `ObjectMeta`. */
export interface ObjectMetaShape {
  name: string;
  generateName?: string | undefined;
  namespace?: string | undefined;
  uid?: string | undefined;
  resourceVersion?: string | undefined;
  generation?: number | undefined;
  creationTimestamp?: string | undefined;
  deletionTimestamp?: string | undefined;
  deletionGracePeriodSeconds?: number | undefined;
  labels?: Record<string, string> | undefined;
  annotations?: Record<string, string> | undefined;
  finalizers?: string[] | undefined;
  ownerReferences?: OwnerReferenceShape[] | undefined;
  selfLink?: string | undefined;
  managedFields?: unknown[] | undefined;
}

export interface OwnerReferenceShape {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean | undefined;
  blockOwnerDeletion?: boolean | undefined;
}

/** A column of `kubectl get`; `wide` ones show with -o wide only. */
export interface Column<T> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date' | 'number';
  readonly format?: 'name' | '';
  readonly wide: boolean;
  readonly description?: string;
  /**
   * The cell, or undefined for an empty one. `now` is milliseconds since the epoch, for ages: it shows through `formatAge`
   * and `humanDuration` alone, so that it is known how long a cell stays the same.
   */
  readonly value: (object: T, now: number) => string | number | boolean | undefined;
}

/** How `/scale` maps to the kind's fields. */
export interface ScaleMapping<T> {
  specReplicas(object: T): number;
  setSpecReplicas(object: T, replicas: number): void;
  statusReplicas(object: T): number;
  /** The serialised label selector, for `scale.status.selector`. */
  selector(object: T): string;
}

export interface Subresources<T> {
  readonly status?: true;
  readonly scale?: ScaleMapping<T>;
  /** Other subresource names served by handlers of their own, with the verbs that discovery lists. */
  readonly others?: Readonly<
    Record<
      string,
      { readonly kind: readonly [group: string, version: string, kind: string]; readonly verbs: readonly string[] }
    >
  >;
}

/** Who sent a write. */
export interface Requester {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** One served kind, the whole story: shape, defaults, rules, subresources, columns. */
export interface KindDescription<T extends KubeObject = KubeObject> {
  /** API group, '' for core. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** Lower-case kind unless given. */
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  /** Verbs in discovery; all eight unless given. */
  readonly verbs?: readonly string[];
  readonly struct: Struct;
  /** Group and plural under which objects are stored when another kind shares the storage (events.k8s.io). */
  readonly storedAs?: KindConversion<T>;
  /** Rule for metadata.name; DNS-1123 subdomain unless given. */
  readonly nameRule?: (name: string) => readonly string[];
  /** Defaults that depend on other fields; those of single fields stand in the struct. Mutates. */
  readonly defaults?: (object: T) => void;
  /** A PUT makes the object where there is none (upstream's AllowCreateOnUpdate). */
  readonly createOnUpdate?: true;
  /** Server-set fields on create (phase, allocated values stay with the server); status was reset unless keepsStatusOnCreate. */
  readonly prepareForCreate?: (object: T, requester: Requester) => void;
  readonly keepsStatusOnCreate?: boolean;
  /** Server-side carry-over on update, after the generic one (status/spec separation, generation). */
  readonly prepareForUpdate?: (next: T, old: T) => void;
  /** Rules across fields. */
  readonly validate?: (object: T) => FieldError[];
  /** What may not change. */
  readonly validateUpdate?: (next: T, old: T) => FieldError[];
  /** Rules of a status update. */
  readonly validateStatusUpdate?: (next: T, old: T) => FieldError[];
  /** False for kinds without metadata.generation; by default generation is 1 and rises when anything but metadata and status changes. */
  readonly hasGeneration?: boolean;
  readonly subresources?: Subresources<T>;
  /** Field selectors beyond metadata.name and metadata.namespace; the value as a string, '' when unset. */
  readonly fieldSelectors?: Readonly<Record<string, (object: T) => string>>;
  /** Columns after Name and before Age (see `columns` in table.ts). */
  readonly columns?: readonly Column<T>[];
  /** What the Name column shows where it is more than the name: `standard (default)`. */
  readonly nameCell?: (object: T) => string;
  /** False for the few kinds that upstream prints without Age. */
  readonly hasAgeColumn?: boolean;
  /** Created to be answered and never stored (reviews, token requests): only `create` is served, metadata may be empty. */
  readonly virtual?: true;
  /** Set on a version that upstream serves no more; the releases are `1.21`. */
  readonly deprecation?: { readonly deprecated: string; readonly removed: string; readonly replacement?: string };
  /** Seconds after which an object goes by itself (events). */
  readonly timeToLive?: number;
}

/** A kind that is another view of the same stored object (events.k8s.io Event over core Event). */
export interface KindConversion<T> {
  readonly group: string;
  readonly plural: string;
  toStored(object: T): KubeObject;
  fromStored(object: KubeObject): T;
}

export type Kind<T extends KubeObject = KubeObject> = KindDescription<T> & {
  readonly singular: string;
  /** `v1` or `apps/v1`. */
  readonly apiVersion: string;
};

export function defineKind<T extends KubeObject>(description: KindDescription<T>): Kind<T> {
  const { group, version, kind, singular = kind.toLowerCase() } = description;
  return { ...description, singular, apiVersion: group === '' ? version : `${group}/${version}` };
}

import { type FieldError, type Kind, type KubeObject, validateObjectUpdate, validateStatusUpdate } from '@coxswain/api';
import { prepareForStatusUpdate, prepareForUpdate } from '../registry/prepare-update.ts';

/** What a PUT or PATCH is aimed at: the object, or the part of it that a subresource shows. */
export interface UpdateTarget {
  /** How bodies and answers look. */
  readonly kind: Kind;
  readonly subresource: string;
  /** What it writes gets no owner. */
  readonly untracked?: true;
  /** What a patch applies to and what is read; the object itself unless given. */
  view?(object: KubeObject): KubeObject;
  /** The object to store. May change `incoming`, not `current`. */
  merge(incoming: KubeObject, current: KubeObject): KubeObject;
  validate(next: KubeObject, current: KubeObject): FieldError[];
}

export function objectTarget(kind: Kind): UpdateTarget {
  return {
    kind,
    subresource: '',
    merge(incoming, current) {
      prepareForUpdate(kind, incoming, current);
      return incoming;
    },
    validate: (next, current) => validateObjectUpdate(kind, next, current),
  };
}

export function statusTarget(kind: Kind): UpdateTarget {
  return {
    kind,
    subresource: 'status',
    merge: (incoming, current) => prepareForStatusUpdate(kind, incoming, current),
    validate: (next, current) => validateStatusUpdate(kind, next, current),
  };
}

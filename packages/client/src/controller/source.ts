import { type KubeObject, objectKey } from '@coxswain/api';
import type { Source } from '../controller.ts';
import type { Informer } from '../informer.ts';

export type KeysFunction<T> = (object: T, event: 'added' | 'updated' | 'deleted', old?: T) => readonly string[];

/** A source with the types of its kind; without `keys` each object wakes its own key. */
export function source<T extends KubeObject>(informer: Informer<T>, keys: KeysFunction<T> = ownKey): Source {
  return { informer: informer as unknown as Informer<KubeObject>, keys: keys as unknown as Source['keys'] };
}

function ownKey(object: KubeObject): readonly string[] {
  return [objectKey(object)];
}

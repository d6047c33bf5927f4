import type { KubeObject } from '@coxswain/api';
import type { Informer } from './informer.ts';

export type ReconcileResult = { readonly kind: 'done' } | { readonly kind: 'requeueAfter'; readonly ms: number };

export const done: ReconcileResult = { kind: 'done' };
export function requeueAfter(ms: number): ReconcileResult {
  return { kind: 'requeueAfter', ms };
}

/** What wakes a controller: events of an informer mapped to keys. */
export interface Source {
  readonly informer: Informer<KubeObject>;
  /** The keys to reconcile after this event. */
  keys(object: KubeObject, event: 'added' | 'updated' | 'deleted', old?: KubeObject): readonly string[];
}

export interface ReconcileContext {
  readonly signal: AbortSignal;
}

/** A control loop: level-triggered, idempotent. A throw means back-off (5 ms doubling to 1000 s, as upstream's). */
export interface Controller {
  readonly name: string;
  readonly sources: readonly Source[];
  reconcile(key: string, context: ReconcileContext): Promise<ReconcileResult>;
}

import { type Kind, namespaceKind, serviceKind } from '@coxswain/api';
import type { HandlerDependencies } from '../handlers/dependencies.ts';

const POLL_MS = 100;

/** Resolves once another server has made what every cluster has, or the signal aborts. */
export async function awaitBootstrap({ store, clock }: HandlerDependencies, signal: AbortSignal): Promise<void> {
  const there = () =>
    store.cached(namespaceKind as unknown as Kind, '', 'kube-node-lease') &&
    store.cached(serviceKind as unknown as Kind, 'default', 'kubernetes');
  while (!signal.aborted && !there()) await clock.sleep(POLL_MS, signal).catch(() => {});
}

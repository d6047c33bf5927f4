import { isConflict, isNotFound, type Namespace, namespaceKind } from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { sameStatus } from '../../shared/compact.ts';
import { discoverResources } from '../../shared/discover-resources.ts';
import { deleteContent } from './delete-content.ts';
import { planNamespace } from './plan-namespace.ts';

const FINALIZER = 'kubernetes';

/** Empties a namespace that is being deleted and lets it go. */
export function createNamespaceController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const namespaces = context.informers.for(namespaceKind);

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const cached = namespaces.lister.get(key);
    if (cached?.metadata.deletionTimestamp === undefined || !hasFinalizer(cached)) return done;
    try {
      const namespace = await client.resource(namespaceKind).get(key, { signal });
      if (namespace.metadata.deletionTimestamp === undefined || !hasFinalizer(namespace)) return done;
      const discovery = await discoverResources(client, signal);
      const report = await deleteContent(client, key, discovery, signal);
      const plan = planNamespace(namespace, report, clock.now());
      const updated = await writeStatus(namespace, [...plan.conditions], signal);
      if (!plan.finalize) return requeueAfter(plan.requeueAfterMs);
      await finalize(updated, signal);
      return done;
    } catch (error) {
      if (isNotFound(error)) return done;
      if (isConflict(error)) return requeueAfter(100);
      throw error;
    }
  }

  async function writeStatus(
    namespace: Namespace,
    conditions: NonNullable<NonNullable<Namespace['status']>['conditions']>,
    signal: AbortSignal,
  ): Promise<Namespace> {
    const status = { ...namespace.status, phase: 'Terminating', conditions };
    if (sameStatus(status, namespace.status)) return namespace;
    return client.resource(namespaceKind).updateStatus({ ...namespace, status }, { signal });
  }

  async function finalize(namespace: Namespace, signal: AbortSignal): Promise<void> {
    const finalizers = (namespace.spec.finalizers ?? []).filter((name) => name !== FINALIZER);
    const body = JSON.stringify({
      ...namespace,
      apiVersion: 'v1',
      kind: 'Namespace',
      spec: { ...namespace.spec, finalizers },
    });
    const path = `/api/v1/namespaces/${namespace.metadata.name}/finalize`;
    await client.request('PUT', path, { body, contentType: 'application/json', signal });
  }

  return { name: 'namespace', sources: [source(namespaces)], reconcile };
}

function hasFinalizer({ spec }: Namespace): boolean {
  return spec.finalizers?.includes(FINALIZER) ?? false;
}

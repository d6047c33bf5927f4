import { isMethodNotSupported, isNotFound, type KubeObject } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import { type DiscoveredResource, type Discovery, resourceId } from '../../shared/discover-resources.ts';
import type { ContentReport } from './plan-namespace.ts';

/** Asks for the deletion of everything in a namespace and reports what is still there afterwards. */
export async function deleteContent(
  client: ApiClient,
  namespace: string,
  discovery: Discovery,
  signal: AbortSignal,
): Promise<ContentReport> {
  const remaining = new Map<string, number>();
  const finalizers = new Map<string, number>();
  const errors: string[] = [];
  let estimateSeconds = 0;
  const targets = discovery.resources.filter(({ namespaced, verbs }) => namespaced && verbs.includes('delete'));
  for (const resource of targets) {
    try {
      const items = await deleteAll(client, resource, namespace, signal);
      if (items.length === 0) continue;
      remaining.set(groupResource(resource), items.length);
      for (const { metadata } of items) {
        estimateSeconds = Math.max(estimateSeconds, metadata.deletionGracePeriodSeconds ?? 0);
        for (const name of metadata.finalizers ?? []) finalizers.set(name, (finalizers.get(name) ?? 0) + 1);
      }
    } catch (error) {
      if (signal.aborted) throw error;
      errors.push(`${resourceId(resource)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { discoveryFailures: discovery.failures, errors, remaining, finalizers, estimateSeconds };
}

async function deleteAll(
  client: ApiClient,
  resource: DiscoveredResource,
  namespace: string,
  signal: AbortSignal,
): Promise<KubeObject[]> {
  const objects = client.dynamic(resource);
  const before = await list(client, resource, namespace, signal);
  if (before.length === 0) return [];
  const collected = resource.verbs.includes('deletecollection') && (await tryCollection());
  if (!collected)
    for (const { metadata } of before) {
      try {
        const preconditions = { uid: metadata.uid ?? '' };
        await objects.delete(metadata.name, { namespace, signal, preconditions, propagationPolicy: 'Background' });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  return list(client, resource, namespace, signal);

  async function tryCollection(): Promise<boolean> {
    try {
      await objects.deleteCollection({ namespace, signal, propagationPolicy: 'Background' });
      return true;
    } catch (error) {
      if (isMethodNotSupported(error) || isNotFound(error)) return false;
      throw error;
    }
  }
}

async function list(
  client: ApiClient,
  resource: DiscoveredResource,
  namespace: string,
  signal: AbortSignal,
): Promise<KubeObject[]> {
  if (!resource.verbs.includes('list')) return [];
  try {
    return (await client.dynamic(resource).list({ namespace, signal })).items;
  } catch (error) {
    if (isNotFound(error) || isMethodNotSupported(error)) return [];
    throw error;
  }
}

function groupResource({ group, plural }: DiscoveredResource): string {
  return group === '' ? `${plural}.` : `${plural}.${group}`;
}

import type { Kind, KubeObject } from '@coxswain/api';
import type { ApiClient, ResourceClient } from '@coxswain/client';
import { Places } from '@coxswain/foundation';

/** Requests that end soon; lists and watches are few and go past the bound. */
const BOUNDED = new Set(['get', 'create', 'update', 'updateStatus', 'patch', 'delete', 'createSubresource']);

/**
 * The same client with at most `limit` requests under way; others wait in the order they came, and their time-out begins
 * when they are sent. Thousands of kubelets would otherwise time out behind each other on a busy server, and ask again.
 */
export function limitClient(client: ApiClient, limit: number): ApiClient {
  const places = new Places(limit);
  const limited = new Map<unknown, unknown>();
  return {
    ...client,
    server: client.server,
    resource<T extends KubeObject>(kind: Kind<T>): ResourceClient<T> {
      let found = limited.get(kind);
      if (!found) {
        found = limitResource(client.resource(kind), places);
        limited.set(kind, found);
      }
      return found as ResourceClient<T>;
    },
    dynamic: (resource) => client.dynamic(resource),
    request: (...args) => client.request(...args),
    stream: (...args) => client.stream(...args),
    close: () => client.close(),
  };
}

function limitResource<T extends KubeObject>(resource: ResourceClient<T>, places: Places): ResourceClient<T> {
  return new Proxy(resource, {
    get(target, name: keyof ResourceClient<T>) {
      const method = (target[name] as (...args: unknown[]) => unknown).bind(target);
      if (!BOUNDED.has(name)) return method;
      return (...args: unknown[]) => places.hold(async () => method(...args));
    },
  });
}

import { isAlreadyExists, namespaceKind, serviceAccountKind, statusCause } from '@coxswain/api';
import { type Controller, done, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';

const DEFAULT = 'default';

/** Gives every active namespace its ServiceAccount `default`, again when it is deleted. */
export function createServiceAccountController({ client, informers }: ControllerContext): Controller {
  const namespaces = informers.for(namespaceKind);
  const accounts = informers.for(serviceAccountKind);
  return {
    name: 'serviceaccount',
    sources: [
      source(namespaces),
      source(accounts, ({ metadata }, event) =>
        event === 'deleted' && metadata.name === DEFAULT ? [metadata.namespace ?? ''] : [],
      ),
    ],
    async reconcile(name, { signal }) {
      const namespace = namespaces.lister.get(name);
      if (!namespace || namespace.metadata.deletionTimestamp !== undefined) return done;
      if (accounts.lister.get(`${name}/${DEFAULT}`)) return done;
      try {
        await client.resource(serviceAccountKind).create({ metadata: { name: DEFAULT, namespace: name } }, { signal });
      } catch (error) {
        if (!isAlreadyExists(error) && !statusCause(error, 'NamespaceTerminating')) throw error;
      }
      return done;
    },
  };
}

import { configMapKind, deepEqual, isAlreadyExists, namespaceKind, statusCause } from '@coxswain/api';
import { type Controller, done, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';

const NAME = 'kube-root-ca.crt';

/** Puts the cluster's root certificate, in PEM, into the ConfigMap kube-root-ca.crt of every namespace. */
export function createRootCAPublisher({ client, informers }: ControllerContext, rootCA: string): Controller {
  const namespaces = informers.for(namespaceKind);
  const configMaps = informers.for(configMapKind, { fieldSelector: `metadata.name=${NAME}` });
  const data = { 'ca.crt': rootCA };
  return {
    name: 'root-ca-certificate-publisher',
    sources: [
      source(namespaces),
      source(configMaps, ({ metadata }) => (metadata.name === NAME ? [metadata.namespace ?? ''] : [])),
    ],
    async reconcile(name, { signal }) {
      const namespace = namespaces.lister.get(name);
      if (!namespace || namespace.metadata.deletionTimestamp !== undefined) return done;
      const current = configMaps.lister.get(`${name}/${NAME}`);
      if (current && deepEqual(current.data, data)) return done;
      try {
        const description = {
          'kubernetes.io/description':
            'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
        };
        const metadata = { name: NAME, namespace: name, annotations: description };
        const resource = client.resource(configMapKind);
        if (current) await resource.update({ ...current, data }, { signal });
        else await resource.create({ metadata, data }, { signal });
      } catch (error) {
        if (!isAlreadyExists(error) && !statusCause(error, 'NamespaceTerminating')) throw error;
      }
      return done;
    },
  };
}

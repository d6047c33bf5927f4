import type { Kind, KubeObject } from '@coxswain/api';
import type { ApiClient } from '../api-client.ts';
import type { Informer, InformerFactory, InformerOptions } from '../informer.ts';
import { createInformer, type InformerDependencies } from './create-informer.ts';

/** Informers shared by all parts of one component: one list and watch a kind and selector. */
export function createInformerFactory(client: ApiClient, dependencies: InformerDependencies): InformerFactory {
  const informers = new Map<string, Informer<KubeObject>>();
  const transforms = new Map<string, unknown>();
  const running = new Set<Informer<KubeObject>>();
  return {
    for<T extends KubeObject>(kind: Kind<T>, options: InformerOptions<T> = {}): Informer<T> {
      const { namespace = '', labelSelector = '', fieldSelector = '', indexes = {} } = options;
      const id = [kind.apiVersion, kind.plural, namespace, labelSelector, fieldSelector].join('|');
      const present = informers.get(id) as unknown as Informer<T> | undefined;
      if (present) {
        if (transforms.get(id) !== options.transform)
          throw new Error(`${kind.plural} are kept in another form already`);
        for (const [name, index] of Object.entries(indexes)) present.addIndex(name, index);
        return present;
      }
      const informer = createInformer(client, kind, options, dependencies);
      transforms.set(id, options.transform);
      informers.set(id, informer as unknown as Informer<KubeObject>);
      return informer;
    },
    start(signal) {
      for (const informer of informers.values()) {
        if (running.has(informer)) continue;
        running.add(informer);
        void informer.run(signal);
      }
    },
    async waitForSync(signal) {
      await Promise.all([...informers.values()].map((informer) => informer.waitForSync(signal)));
    },
  };
}

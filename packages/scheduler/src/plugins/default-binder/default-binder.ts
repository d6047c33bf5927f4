import { type Binding, podKind } from '@coxswain/api';
import type { Plugin, PluginHandle } from '../../framework/plugin.ts';
import { failed, success } from '../../framework/status.ts';

/** Binds by POST of the pod's `binding` subresource. */
export function defaultBinder({ client }: PluginHandle): Plugin {
  const pods = client.resource(podKind);
  return {
    name: 'DefaultBinder',
    async bind(_, { pod }, nodeName, signal) {
      const { name, namespace, uid } = pod.metadata;
      const binding: Binding = {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, ...(namespace ? { namespace } : {}), ...(uid ? { uid } : {}) },
        target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
      };
      try {
        await pods.createSubresource(name, 'binding', binding, { namespace, signal });
        return success;
      } catch (error) {
        return failed(error);
      }
    },
  };
}

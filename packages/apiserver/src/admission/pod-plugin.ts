import type { Pod } from '@coxswain/api';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';

/** A plugin that completes pods when they are made. */
export function podCreationPlugin(name: string, complete: (pod: Pod) => void | Promise<void>): AdmissionPlugin {
  return {
    name,
    async mutate(request: AdmissionRequest) {
      const { operation, kind, subresource, object } = request;
      if (operation !== 'CREATE' || kind.group !== '' || kind.plural !== 'pods' || subresource !== '') return;
      const pod = object as Pod | undefined;
      if (pod?.spec !== undefined) await complete(pod);
    },
  };
}

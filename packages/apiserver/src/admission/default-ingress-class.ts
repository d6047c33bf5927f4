import { type Ingress, type IngressClass, ingressClassKind, ingressKind } from '@coxswain/api';
import type { AdmissionPlugin } from './admission.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { isFor } from './is-for.ts';
import { newestDefault } from './newest-default.ts';

const DEFAULT = ['ingressclass.kubernetes.io/is-default-class'];
const OLD_CLASS = 'kubernetes.io/ingress.class';

/** DefaultIngressClass: an Ingress that names no class gets the default one, the newest where there are several. */
export function defaultIngressClass(objects: ClusterObjects): AdmissionPlugin {
  return {
    name: 'DefaultIngressClass',
    mutate(request) {
      if (request.operation !== 'CREATE' || !isFor(request, ingressKind)) return;
      const { spec, metadata } = request.object as unknown as Ingress;
      if (!spec || spec.ingressClassName !== undefined || metadata.annotations?.[OLD_CLASS] !== undefined) return;
      const chosen = newestDefault(objects.list<IngressClass>(ingressClassKind, ''), DEFAULT);
      if (chosen) spec.ingressClassName = chosen.metadata.name;
    },
  };
}

import type { Ingress, IngressClass } from '@coxswain/api';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const DEFAULT_CLASS_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

/** The Ingresses of a controller's classes, oldest first so that a newcomer can't take what somebody has. */
export function ownIngresses(
  { ingresses, classes }: { readonly ingresses: readonly Ingress[]; readonly classes: readonly IngressClass[] },
  controller: string,
): Ingress[] {
  const own = new Map(
    classes.filter(({ spec }) => spec?.controller === controller).map((each) => [each.metadata.name, each]),
  );
  const isDefault = [...own.values()].some((each) => each.metadata.annotations?.[DEFAULT_CLASS_ANNOTATION] === 'true');
  return ingresses
    .filter(({ metadata, spec }) => {
      const name = spec?.ingressClassName ?? metadata.annotations?.[CLASS_ANNOTATION];
      return name === undefined ? isDefault : own.has(name);
    })
    .sort((a, b) => (age(a) < age(b) ? -1 : 1));
}

function age({ metadata }: Ingress): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.namespace}/${metadata.name}`;
}

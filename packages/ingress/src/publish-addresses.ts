import { deepEqual, type Ingress, type IngressClass, ingressKind, isNotFound, type Service } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import { ownIngresses } from './model/own-ingresses.ts';

type Addresses = NonNullable<NonNullable<NonNullable<Service['status']>['loadBalancer']>['ingress']>;

export interface Publication {
  readonly ingresses: readonly Ingress[];
  readonly classes: readonly IngressClass[];
  readonly controllerClass: string;
  readonly addresses: Addresses;
}

/** Writes the addresses by which the proxy is reached into the status of the Ingresses it serves, where they differ. */
export async function publishAddresses(
  client: ApiClient,
  publication: Publication,
  signal: AbortSignal,
): Promise<void> {
  const wanted = publication.addresses.map(({ ip, hostname }) => ({
    ...(ip ? { ip } : {}),
    ...(hostname ? { hostname } : {}),
  }));
  for (const ingress of ownIngresses(publication, publication.controllerClass)) {
    if (deepEqual(ingress.status?.loadBalancer?.ingress ?? [], wanted)) continue;
    const { namespace = '', name } = ingress.metadata;
    const body = { status: { loadBalancer: { ingress: wanted } } };
    await client
      .resource(ingressKind)
      .patch(name, { type: 'merge', body }, { namespace, subresource: 'status', signal })
      .catch((error) => {
        if (!isNotFound(error)) throw error;
      });
  }
}

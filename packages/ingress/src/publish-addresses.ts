import { deepEqual, type Ingress, ingressKind, isNotFound, type Service } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';

type Addresses = NonNullable<NonNullable<NonNullable<Service['status']>['loadBalancer']>['ingress']>;

export interface Publication {
  /** Those that the proxy serves. */
  readonly ingresses: readonly Ingress[];
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
  for (const ingress of publication.ingresses) {
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

import { type IPAddress, ipAddressKind, type Kind, type KubeObject } from '@coxswain/api';
import type { Clock } from '@coxswain/foundation';
import type { ObjectStore } from '../registry/object-store.ts';
import { prepareForCreate } from '../registry/prepare-create.ts';
import { familyOf } from './ip-range.ts';

export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

export const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by';
export const ALLOCATOR = 'ipallocator.k8s.io';
const FAMILY = 'ipaddress.kubernetes.io/ip-family';
const kind = ipAddressKind as unknown as Kind;

/**
 * Who holds which address, as IPAddress objects (KEP-1880): the store lets only one server create each, so no address is
 * ever held twice.
 */
export class AddressClaims {
  readonly #store: ObjectStore;
  readonly #clock: Clock;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** False when somebody holds it. */
  async claim(address: string, { namespace, name }: ServiceName): Promise<boolean> {
    const object = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IPAddress',
      metadata: { name: address, labels: { [FAMILY]: familyOf(address) ?? '', [MANAGED_BY]: ALLOCATOR } },
      spec: { parentRef: { group: '', resource: 'services', namespace, name } },
    } as unknown as KubeObject;
    prepareForCreate(kind, object, '', this.#clock.now());
    return (await this.#store.create(kind, object, { dryRun: false })) !== undefined;
  }

  /** Gives the address back if it is the Service's. */
  async release(address: string, service: ServiceName): Promise<void> {
    if (!this.#store.cached(kind, '', address) && !(await this.#store.fresh(kind, '', address))) return;
    await this.#store.change(
      kind,
      '',
      address,
      ({ object }) =>
        holds(object as unknown as IPAddress, service) ? { action: 'remove', object } : { action: 'keep' },
      { dryRun: false },
    );
  }
}

export function holds({ spec }: IPAddress, { namespace, name }: ServiceName): boolean {
  const { parentRef } = spec;
  return (
    (parentRef?.group ?? '') === '' &&
    parentRef?.resource === 'services' &&
    parentRef.namespace === namespace &&
    parentRef.name === name
  );
}

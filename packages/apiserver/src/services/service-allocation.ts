import {
  type FieldError,
  fieldInternalError,
  fieldInvalid,
  type Kind,
  type KubeObject,
  newInvalid,
  path,
  type Service,
  serviceKind,
} from '@coxswain/api';
import type { CacheEntry, ResourceCaches } from '../cache/resource-cache.ts';
import type { Reservation, WriteHook } from '../registry/write-hooks.ts';
import type { IpRange } from './ip-range.ts';
import { patchAllocatedValues } from './patch-allocated.ts';
import { Pool } from './pool.ts';
import type { PortRange } from './port-range.ts';
import { completeFamilies, needsClusterIP, needsHealthCheckPort, needsNodePorts } from './service-needs.ts';

export interface ServiceAllocationOptions {
  readonly caches: ResourceCaches;
  readonly range: IpRange;
  readonly ports: PortRange;
}

const kind = serviceKind as unknown as Kind;
const ALREADY = 'is already allocated';

/**
 * ClusterIPs and node ports of Services. What is taken is what the stored Services say, so nothing can leak and a
 * restart loses nothing; writes on their way hold a reservation until the cache shows them.
 */
export function serviceAllocation({ caches, range, ports }: ServiceAllocationOptions): WriteHook {
  const addresses = new Pool(range.size);
  const nodePorts = new Pool(ports.last - ports.first + 1);
  const cache = caches.forKind(kind);

  async function reserve(object: KubeObject, previous: KubeObject | undefined): Promise<Reservation> {
    const next = object as unknown as Service;
    const old = previous as unknown as Service | undefined;
    completeFamilies(next.spec);
    if (!wantsNew(next, old)) return NOTHING;
    await cache.waitForRevision(await caches.currentRevision());
    const used = usedByOthers(next);
    const taken: (() => void)[] = [];
    const take = (pool: Pool, member: number) => {
      pool.reserve(member);
      taken.push(() => pool.release(member));
    };
    const release = () => {
      for (const undo of taken.splice(0)) undo();
    };
    const errors = [...takeAddress(next, used.addresses, take), ...takePorts(next, used.ports, take)];
    if (errors.length > 0) {
      release();
      throw newInvalid({ group: '', kind: 'Service' }, next.metadata.name ?? '', errors);
    }
    return {
      release,
      commit(revision) {
        void cache.waitForRevision(revision, { timeoutMs: 60_000 }).then(release, release);
      },
    };
  }

  function takeAddress(service: Service, used: ReadonlySet<number>, take: Take): FieldError[] {
    const { spec } = service;
    if (!needsClusterIP(spec) || spec.clusterIP === 'None') return [];
    const at = path('spec', 'clusterIPs');
    if (!spec.clusterIP) {
      const member = addresses.pick(used);
      if (member === undefined)
        return [fieldInternalError(at, new Error('failed to allocate a serviceIP: range is full'))];
      take(addresses, member);
      spec.clusterIP = range.address(member);
      spec.clusterIPs = [spec.clusterIP];
      return [];
    }
    const offset = range.offset(spec.clusterIP);
    const refuse = (why: string) => [
      fieldInvalid(at, spec.clusterIPs ?? [], `failed to allocate IP ${spec.clusterIP}: ${why}`),
    ];
    if (offset === undefined)
      return refuse(
        `the provided IP (${spec.clusterIP}) is not in the valid range. The range of valid IPs is ${range.cidr}`,
      );
    if (!addresses.isFree(offset, used)) return refuse(`provided IP ${ALREADY}`);
    take(addresses, offset);
    return [];
  }

  function takePorts(service: Service, used: ReadonlySet<number>, take: Take): FieldError[] {
    const { spec } = service;
    const errors: FieldError[] = [];
    const own = new Set<number>();
    const claim = (asked: number, at: ReturnType<typeof path>): number => {
      if (asked === 0) {
        const member = nodePorts.pick(new Set([...used, ...own]));
        if (member === undefined) {
          errors.push(fieldInternalError(at, new Error('failed to allocate a nodePort: range is full')));
          return 0;
        }
        own.add(member);
        take(nodePorts, member);
        return ports.first + member - 1;
      }
      const member = asked - ports.first + 1;
      if (asked < ports.first || asked > ports.last)
        errors.push(
          fieldInvalid(
            at,
            asked,
            `provided port is not in the valid range. The range of valid ports is ${ports.first}-${ports.last}`,
          ),
        );
      else if (!own.has(member) && !nodePorts.isFree(member, used))
        errors.push(fieldInvalid(at, asked, `provided port ${ALREADY}`));
      else {
        own.add(member);
        take(nodePorts, member);
      }
      return asked;
    };
    const listed = needsNodePorts(spec) ? [...(spec.ports ?? []).entries()] : [];
    const at = (index: number) => path('spec', 'ports').index(index).child('nodePort');
    for (const [index, port] of listed) if (port.nodePort) claim(port.nodePort, at(index));
    for (const [index, port] of listed) if (!port.nodePort) port.nodePort = claim(0, at(index));
    if (needsHealthCheckPort(spec))
      spec.healthCheckNodePort = claim(spec.healthCheckNodePort ?? 0, path('spec', 'healthCheckNodePort'));
    return errors;
  }

  function usedByOthers({ metadata }: Service): { addresses: Set<number>; ports: Set<number> } {
    const used = { addresses: new Set<number>(), ports: new Set<number>() };
    const list = cache.list({});
    const entries: readonly CacheEntry[] = list.outcome === 'page' ? list.entries : [];
    for (const entry of entries) {
      if (entry.name === metadata.name && entry.namespace === metadata.namespace) continue;
      const { spec } = entry.object as unknown as Service;
      for (const address of spec?.clusterIPs ?? (spec?.clusterIP ? [spec.clusterIP] : [])) {
        const offset = range.offset(address);
        if (offset !== undefined) used.addresses.add(offset);
      }
      for (const { nodePort } of spec?.ports ?? []) if (nodePort) used.ports.add(nodePort - ports.first + 1);
      if (spec?.healthCheckNodePort) used.ports.add(spec.healthCheckNodePort - ports.first + 1);
    }
    return used;
  }

  return {
    kind,
    reserve,
    prepareForUpdate: (next, old) => patchAllocatedValues(next as unknown as Service, old as unknown as Service),
  };
}

type Take = (pool: Pool, member: number) => void;
const NOTHING: Reservation = { commit() {}, release() {} };

/** Whether the Service asks for anything that it does not hold already. */
function wantsNew({ spec: next }: Service, old: Service | undefined): boolean {
  if (!old) return needsClusterIP(next) || needsNodePorts(next);
  if (needsClusterIP(next) && (!next.clusterIP || next.clusterIP !== old.spec.clusterIP)) return true;
  const held = new Set((old.spec.ports ?? []).map(({ nodePort }) => nodePort));
  if (needsNodePorts(next) && (next.ports ?? []).some(({ nodePort }) => !nodePort || !held.has(nodePort))) return true;
  return needsHealthCheckPort(next) && next.healthCheckNodePort !== old.spec.healthCheckNodePort;
}

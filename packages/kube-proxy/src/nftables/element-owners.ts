import { CLUSTER_IPS, ENDPOINTS, NODE_PORT_ENDPOINTS, NODE_PORTS, SERVICE_IPS } from './render-plain.ts';
import { FIREWALL_IPS, NO_ENDPOINT_IPS, NO_ENDPOINT_NODE_PORTS, type RenderedService } from './render-service.ts';

/** Maps whose keys are an address and port, or a node port, and those where the number of an endpoint follows it. */
const KEYED: ReadonlyMap<string, 'ip' | 'port'> = new Map([
  ...[SERVICE_IPS, NO_ENDPOINT_IPS, FIREWALL_IPS, CLUSTER_IPS].map((name) => [name, 'ip'] as const),
  ...[NODE_PORTS, NO_ENDPOINT_NODE_PORTS].map((name) => [name, 'port'] as const),
]);
const NUMBERED: ReadonlyMap<string, 'ip' | 'port'> = new Map([
  [ENDPOINTS, 'ip'],
  [NODE_PORT_ENDPOINTS, 'port'],
]);

/**
 * Whose the elements of the shared maps are. Two Services may ask for one address and port (an external IP, say): the
 * first has all that belongs to it, whatever map that is in, so that no other's traffic is lost or led astray.
 */
export class ElementOwners {
  readonly #holders = new Map<string, Holder>();
  readonly #counts = new Map<string, number>();

  /** How many elements of a map are someone's. */
  count(map: string): number {
    return this.#counts.get(map) ?? 0;
  }

  /** What `service` may have of what it asks for: it is the service's until released. */
  claim(service: string, asked: RenderedService): RenderedService {
    return filtered(asked, (map, key) => {
      const id = whatFor(map, key);
      const holder = this.#holders.get(id);
      if (holder === undefined) this.#holders.set(id, { service, elements: 1 });
      else if (holder.service !== service) return false;
      else holder.elements += 1;
      this.#counts.set(map, this.count(map) + 1);
      return true;
    });
  }

  /** What `service` had of what it asked for; others may claim it from now on. */
  release(service: string, asked: RenderedService): RenderedService {
    return filtered(asked, (map, key) => {
      const id = whatFor(map, key);
      const holder = this.#holders.get(id);
      if (holder?.service !== service) return false;
      holder.elements -= 1;
      if (holder.elements === 0) this.#holders.delete(id);
      this.#counts.set(map, this.count(map) - 1);
      return true;
    });
  }
}

interface Holder {
  readonly service: string;
  elements: number;
}

function filtered(asked: RenderedService, keep: (map: string, key: string) => boolean): RenderedService {
  let elements: Map<string, ReadonlyMap<string, string>> | undefined;
  for (const [map, entries] of asked.elements) {
    let kept: Map<string, string> | undefined;
    for (const key of entries.keys())
      if (!keep(map, key)) {
        kept ??= new Map(entries);
        kept.delete(key);
      }
    if (!kept) continue;
    elements ??= new Map(asked.elements);
    if (kept.size > 0) elements.set(map, kept);
    else elements.delete(map);
  }
  return elements ? { ...asked, elements } : asked;
}

/** The address and port, or node port, that an element is for; the element itself where it is for neither. */
function whatFor(name: string, key: string): string {
  const keyed = KEYED.get(name);
  if (keyed) return `${keyed} ${key}`;
  const numbered = NUMBERED.get(name);
  return numbered ? `${numbered} ${key.slice(0, key.lastIndexOf(' . '))}` : `${name} ${key}`;
}

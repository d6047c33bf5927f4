import type { RenderedService } from './render-service.ts';

/**
 * Whose the elements of the shared maps are. Two Services may ask for one address and port (an external IP, say), but
 * the kernel takes one element only: the first Service keeps it, so that no other's traffic is lost or led astray.
 */
export class ElementOwners {
  /** The Service by element, by map. */
  readonly #maps = new Map<string, Map<string, string>>();

  /** How many elements of a map are someone's. */
  count(map: string): number {
    return this.#maps.get(map)?.size ?? 0;
  }

  /** What `service` may have of what it asks for: it is the service's until released. */
  claim(service: string, asked: RenderedService): RenderedService {
    return filtered(asked, (map, key) => {
      const owners = this.#maps.get(map) ?? new Map<string, string>();
      if (owners.size === 0) this.#maps.set(map, owners);
      if (owners.has(key)) return false;
      owners.set(key, service);
      return true;
    });
  }

  /** What `service` had of what it asked for; others may claim it from now on. */
  release(service: string, asked: RenderedService): RenderedService {
    return filtered(asked, (map, key) => {
      const owners = this.#maps.get(map);
      return owners?.get(key) === service && owners.delete(key);
    });
  }
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

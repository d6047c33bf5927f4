import type { RenderedService } from './render-service.ts';

/**
 * Whose the elements of the shared maps are. Two Services may ask for one address and port (an external IP, say), but
 * the kernel takes one element only: the first Service keeps it, so that no other's traffic is lost or led astray.
 */
export class ElementOwners {
  readonly #owners = new Map<string, string>();
  readonly #owned = new Map<string, readonly string[]>();

  /** What `service` may have of what it asks for; what it had before and does not ask for is free again. */
  claim(service: string, rendered: RenderedService): RenderedService {
    for (const id of this.#owned.get(service) ?? []) this.#owners.delete(id);
    const owned: string[] = [];
    const elements = new Map<string, ReadonlyMap<string, string>>();
    for (const [name, entries] of rendered.elements) {
      const mine = [...entries].filter(([key]) => {
        const id = `${name} ${key}`;
        if (this.#owners.has(id)) return false;
        this.#owners.set(id, service);
        owned.push(id);
        return true;
      });
      if (mine.length > 0) elements.set(name, mine.length === entries.size ? entries : new Map(mine));
    }
    if (owned.length > 0) this.#owned.set(service, owned);
    else this.#owned.delete(service);
    return { ...rendered, elements };
  }
}

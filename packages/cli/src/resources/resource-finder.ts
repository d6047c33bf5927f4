import { allKinds } from '@coxswain/api';
import type { Context, Session } from '../context.ts';
import { discover } from './discovery.ts';
import { matchCategory, matchResource } from './match-resource.ts';
import { type ApiResource, apiVersion } from './resource.ts';

/** Every kind that this program knows by itself, so that the common ones need no discovery. */
const KNOWN: readonly ApiResource[] = allKinds.map((kind) => ({
  group: kind.group,
  version: kind.version,
  plural: kind.plural,
  singular: kind.singular,
  kind: kind.kind,
  shortNames: kind.shortNames ?? [],
  categories: kind.categories ?? [],
  namespaced: kind.namespaced,
  verbs: kind.verbs ?? ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
}));
/** Core first, then by group: `events` are those of core. */
const BUILT_IN = [...KNOWN].sort((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : 0));

/** Finds resources by what people and manifests call them: built-in ones at once, others by discovery. */
export class ResourceFinder {
  readonly #session: Session;
  readonly #context: Context;

  constructor(session: Session, context: Context) {
    this.#session = session;
    this.#context = context;
  }

  /** The resources that one word means: one, or those of a category. @throws Error as kubectl words it */
  async find(word: string): Promise<ApiResource[]> {
    const known = matchResource(word, BUILT_IN);
    if (known) return [known];
    const found = await this.#anywhere((resources) => {
      const category = matchCategory(word, resources);
      const single = matchResource(word, resources);
      return category.length > 0 ? category : single ? [single] : undefined;
    });
    if (!found) throw new Error(`the server doesn't have a resource type "${word}"`);
    return found;
  }

  /** The resource of an object's apiVersion and kind. @throws Error as kubectl words it */
  async findKind(version: string, kind: string): Promise<ApiResource> {
    const matches = (resources: readonly ApiResource[]) =>
      resources.find((resource) => resource.kind === kind && apiVersion(resource) === version);
    const found = matches(BUILT_IN) ?? (await this.#anywhere(matches));
    if (!found)
      throw new Error(`no matches for kind "${kind}" in version "${version}"\nensure CRDs are installed first`);
    return found;
  }

  /** Asks the cached discovery, then once the server itself. */
  async #anywhere<T>(match: (resources: readonly ApiResource[]) => T | undefined): Promise<T | undefined> {
    return (
      match(await discover(this.#session, this.#context)) ?? match(await discover(this.#session, this.#context, true))
    );
  }
}

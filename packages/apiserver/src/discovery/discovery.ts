import { createHash } from 'node:crypto';
import { type AggregatedApis, groupsOf, NO_AGGREGATED_APIS } from '../aggregation/aggregated-apis.ts';
import { parseMediaType } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { Resources } from '../server/resources.ts';
import { aggregatedGroups } from './aggregated.ts';
import { apiResourcesOf } from './api-resources.ts';

const AGGREGATED_VERSIONS = ['v2', 'v2beta1'];

interface Document {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string | undefined;
}

/** /api, /apis and what lies under them: the documents are made when first asked for and kept. */
export class Discovery {
  readonly #resources: Resources;
  readonly #serverAddress: string;
  readonly #aggregated: AggregatedApis;
  readonly #documents = new Map<string, Document | undefined>();

  /** @param serverAddress `host:port` for the old clients that ask where the server is */
  constructor(resources: Resources, serverAddress: string, aggregated: AggregatedApis = NO_AGGREGATED_APIS) {
    this.#resources = resources;
    this.#serverAddress = serverAddress;
    this.#aggregated = aggregated;
  }

  /** Undefined when no group or version lives at the path. */
  answer({ headers, method }: RequestContext, path: string): Answer | undefined {
    if (method !== 'GET') return undefined;
    const trimmed = path.replace(/\/$/, '');
    const aggregated = trimmed === '/api' || trimmed === '/apis' ? aggregatedVersion(headers.accept ?? '') : undefined;
    const key = `${this.#aggregated.generation} ${trimmed} ${aggregated ?? ''}`;
    if (!this.#documents.has(key)) {
      if (this.#documents.size > 500) this.#documents.clear();
      this.#documents.set(key, this.#make(trimmed, aggregated));
    }
    const document = this.#documents.get(key);
    if (!document) return undefined;
    const { body, contentType, etag } = document;
    const extra: Record<string, string> = { vary: 'Accept', ...(etag === undefined ? {} : { etag }) };
    if (etag !== undefined && headers['if-none-match'] === etag)
      return { type: 'body', code: 304, contentType, body: '', headers: extra };
    return { type: 'body', code: 200, contentType, body, headers: extra };
  }

  #make(path: string, aggregated: string | undefined): Document | undefined {
    if (aggregated !== undefined) {
      const contentType = `application/json;g=apidiscovery.k8s.io;v=${aggregated};as=APIGroupDiscoveryList`;
      const body = Buffer.from(
        JSON.stringify(aggregatedGroups(this.#resources, path === '/api', aggregated, this.#aggregated)),
      );
      const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`;
      return { body, contentType, etag };
    }
    const value = this.#legacy(path);
    if (!value) return undefined;
    return { body: Buffer.from(JSON.stringify(value)), contentType: 'application/json', etag: undefined };
  }

  #legacy(path: string): object | undefined {
    const [, root, first, second, ...rest] = path.split('/');
    if (rest.length > 0) return undefined;
    if (root === 'api') {
      if (first === undefined) return this.#apiVersions();
      return second === undefined ? this.#resourceList('', first) : undefined;
    }
    if (root !== 'apis') return undefined;
    if (first === undefined) return { kind: 'APIGroupList', apiVersion: 'v1', groups: this.#groups().map(groupOf) };
    const group = this.#groups().find(({ name }) => name === first);
    if (!group) return undefined;
    if (second === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) };
    return this.#resourceList(first, second);
  }

  /** This server's own and those of others. */
  #groups(): { readonly name: string; readonly versions: readonly string[] }[] {
    const others = groupsOf(this.#aggregated).map(({ name, versions }) => ({
      name,
      versions: versions.map(({ version }) => version),
    }));
    return [...this.#resources.groups(), ...others];
  }

  #apiVersions(): object {
    const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: this.#serverAddress }];
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
  }

  #resourceList(group: string, version: string): object | undefined {
    const other = this.#aggregated.apis.find((api) => api.group === group && api.version === version);
    if (other)
      return {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: `${group}/${version}`,
        resources: other.resources,
      };
    if (!this.#resources.serves(group, version)) return undefined;
    const groupVersion = group === '' ? version : `${group}/${version}`;
    const kinds = this.#resources.ofGroupVersion(group, version);
    const resources = kinds.flatMap(apiResourcesOf).sort((a, b) => (a.name < b.name ? -1 : 1));
    return { kind: 'APIResourceList', ...(group === '' ? {} : { apiVersion: 'v1' }), groupVersion, resources };
  }
}

function groupOf({ name, versions }: { readonly name: string; readonly versions: readonly string[] }): object {
  const all = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: all, preferredVersion: all[0] };
}

/** The version of aggregated discovery that the client prefers; undefined when it wants the old documents. */
function aggregatedVersion(accept: string): string | undefined {
  for (const clause of accept.split(',')) {
    const { mediaType, parameters } = parseMediaType(clause);
    if (mediaType !== 'application/json' && mediaType !== 'application/*' && mediaType !== '*/*') continue;
    if (parameters.get('as') === undefined) return undefined;
    const version = parameters.get('v') ?? '';
    const asked = parameters.get('g') === 'apidiscovery.k8s.io' && parameters.get('as') === 'APIGroupDiscoveryList';
    if (asked && AGGREGATED_VERSIONS.includes(version)) return version;
  }
  return undefined;
}

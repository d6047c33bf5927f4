import { allKinds, type CrossVersionObjectReference, type Scale } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';

interface ApiResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string }[];
}
type Reference = Pick<CrossVersionObjectReference, 'kind' | 'apiVersion'>;

/** The scale subresource of whatever an autoscaler names, custom resources too. */
export class ScaleTargets {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async get(namespace: string, reference: CrossVersionObjectReference, signal: AbortSignal): Promise<Scale> {
    const path = await this.#path(namespace, reference, signal);
    return (await this.#client.request('GET', path, { signal })) as Scale;
  }

  /** With the version that was read: a conflict is the caller's to see. */
  async set(
    namespace: string,
    reference: CrossVersionObjectReference,
    scale: Scale,
    replicas: number,
    signal: AbortSignal,
  ): Promise<void> {
    const path = await this.#path(namespace, reference, signal);
    const body = JSON.stringify({ ...scale, spec: { ...scale.spec, replicas } });
    await this.#client.request('PUT', path, { body, contentType: 'application/json', signal });
  }

  /** `services`, `ingresses.networking.k8s.io`. */
  async resourceOf(reference: Reference, signal: AbortSignal): Promise<string> {
    const { group } = groupVersion(reference.apiVersion);
    const plural = await this.#plural(reference, signal);
    return group === '' ? plural : `${plural}.${group}`;
  }

  async #path(namespace: string, reference: CrossVersionObjectReference, signal: AbortSignal): Promise<string> {
    const plural = await this.#plural(reference, signal);
    return `${root(reference.apiVersion)}/namespaces/${namespace}/${plural}/${reference.name}/scale`;
  }

  async #plural({ kind, apiVersion = 'v1' }: Reference, signal: AbortSignal): Promise<string> {
    const builtIn = allKinds.find((each) => each.kind === kind && each.apiVersion === apiVersion);
    if (builtIn) return builtIn.plural;
    const { resources = [] } = (await this.#client.request('GET', root(apiVersion), { signal })) as ApiResourceList;
    const found = resources.find((each) => each.kind === kind && !each.name.includes('/'));
    if (!found) throw new Error(`no matches for kind "${kind}" in group "${groupVersion(apiVersion).group}"`);
    return found.name;
  }
}

function root(apiVersion = 'v1'): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function groupVersion(apiVersion = 'v1'): { group: string; version: string } {
  const [first = '', second] = apiVersion.split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

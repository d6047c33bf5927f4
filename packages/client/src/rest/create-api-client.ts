import type { Kind, KubeObject } from '@coxswain/api';
import type { ApiClient, DynamicResource, RawRequestOptions, ResourceClient, StreamOptions } from '../api-client.ts';
import type { ClientConfig } from '../config/client-config.ts';
import { HttpTransport } from './http-transport.ts';
import { Requester } from './requester.ts';
import { RestResourceClient } from './rest-resource-client.ts';

/**
 * A connection to the apiserver of `config`: keep-alive HTTPS, JSON. Nothing is sent until a verb is called.
 * Answers 429 and 5xx that name a Retry-After are tried again for as long as the request's time-out allows.
 */
export function createApiClient(config: ClientConfig): ApiClient {
  const requester = new Requester(new HttpTransport(config));
  const kinds = new Map<string, ResourceClient<KubeObject>>();
  const dynamic = (resource: DynamicResource): ResourceClient<KubeObject> =>
    new RestResourceClient<KubeObject>(requester, resource, undefined);
  return {
    server: config.server,
    resource<T extends KubeObject>(kind: Kind<T>): ResourceClient<T> {
      const id = `${kind.apiVersion}/${kind.plural}`;
      let client = kinds.get(id);
      if (!client) {
        client = new RestResourceClient<KubeObject>(requester, kind as DynamicResource, {
          apiVersion: kind.apiVersion,
          kind: kind.kind,
        });
        kinds.set(id, client);
      }
      return client as unknown as ResourceClient<T>;
    },
    dynamic,
    async request(method: string, path: string, options: RawRequestOptions = {}): Promise<unknown> {
      return requester.any(method, path, options);
    },
    stream(path: string, options: StreamOptions = {}): AsyncIterable<Buffer> {
      return requester.stream({ path, ...options });
    },
    close: () => requester.close(),
  };
}

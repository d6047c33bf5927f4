import {
  failure,
  type Kind,
  type Node,
  newBadRequest,
  newNotFound,
  nodeKind,
  type Pod,
  StatusError,
  statusFrom,
} from '@coxswain/api';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { readObject } from '../handlers/get.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import type { KubeletAddress } from './kubelet-client.ts';

const PARAMETERS = [
  'follow',
  'previous',
  'sinceSeconds',
  'sinceTime',
  'timestamps',
  'tailLines',
  'limitBytes',
  'stream',
];

/** GET pods/x/log: streams what the pod's kubelet answers. */
export async function handleLog(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
): Promise<Answer> {
  const { object } = await readObject(dependencies, { query: new URLSearchParams() }, request);
  const pod = object as unknown as Pod;
  const container = containerOf(pod, context.query.get('container') ?? '');
  const { nodeName } = pod.spec;
  if (!nodeName) return { type: 'body', code: 200, contentType: 'text/plain', body: '' };
  const address = kubeletOf(dependencies, nodeName);
  const { namespace, name } = request;
  const query = new URLSearchParams();
  for (const key of PARAMETERS) {
    const value = context.query.get(key);
    if (value !== null && value !== '') query.set(key, value);
  }
  const path = `/containerLogs/${[namespace, name, container].map(encodeURIComponent).join('/')}?${query}`;
  const response = await dependencies.kubelets.get(address, path, context.signal).catch((error: Error) => {
    const message = `Get "https://${address.host}:${address.port}${path}": ${error.message}`;
    throw new StatusError(failure(500, '', message), { cause: error });
  });
  if (response.statusCode !== 200) {
    const text: Buffer[] = [];
    for await (const chunk of response) text.push(chunk as Buffer);
    const body = Buffer.concat(text).toString('utf8').trim();
    if (response.statusCode === 400) throw newBadRequest(body);
    throw statusFrom(response.statusCode ?? 500, body, {
      resource: { group: '', resource: 'pods/log' },
      name,
    });
  }
  return { type: 'stream', code: 200, contentType: 'text/plain', chunks: response };
}

/** @throws StatusError BadRequest in upstream's words */
export function containerOf({ metadata, spec }: Pod, asked: string): string {
  const names = (list: readonly { name: string }[] | undefined) => (list ?? []).map(({ name }) => name);
  const containers = names(spec.containers);
  const initContainers = names(spec.initContainers);
  const ephemeral = names((spec as { ephemeralContainers?: { name: string }[] }).ephemeralContainers);
  const name = metadata.name ?? '';
  if (asked !== '') {
    if ([...containers, ...initContainers, ...ephemeral].includes(asked)) return asked;
    throw newBadRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const annotated = metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  const [only] = containers;
  if (only !== undefined && containers.length === 1 && initContainers.length === 0) return only;
  if (annotated !== undefined && containers.includes(annotated)) return annotated;
  const choice = `choose one of: [${containers.join(' ')}]`;
  const initial = initContainers.length === 0 ? '' : ` or one of the init containers: [${initContainers.join(' ')}]`;
  throw newBadRequest(`a container name must be specified for pod ${name}, ${choice}${initial}`);
}

/** Where the node's kubelet listens. */
export function kubeletOf({ caches }: Pick<HandlerDependencies, 'caches'>, nodeName: string): KubeletAddress {
  const entry = caches.forKind(nodeKind as unknown as Kind).get('', nodeName);
  if (!entry) throw newNotFound({ group: '', resource: 'nodes' }, nodeName);
  const { status } = entry.object as unknown as Node;
  const addresses = status?.addresses ?? [];
  const preferred = ['InternalIP', 'ExternalIP', 'Hostname'].flatMap((type) =>
    addresses.filter((address) => address.type === type),
  )[0];
  return { host: preferred?.address ?? nodeName, port: status?.daemonEndpoints?.kubeletEndpoint?.Port || 10250 };
}

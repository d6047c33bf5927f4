import { newBadRequest, newMethodNotSupported, type Pod } from '@coxswain/api';
import type { UpgradeTarget } from '@coxswain/streaming';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { readObject } from '../handlers/get.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { containerOf, kubeletOf } from './log.ts';
import { connectProxy } from './proxy.ts';

const STREAMS = ['exec', 'attach', 'portforward'];

/** Subresources that are connections, not documents (upstream's CONNECT). */
export function isConnection({ kind, subresource }: ResourceRequest): boolean {
  return kind.group === '' && kind.plural === 'pods' && STREAMS.includes(subresource);
}

/** Where an upgraded connection leads: the pod's kubelet, or what is proxied. @throws StatusError in upstream's words */
export async function connectPod(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
): Promise<UpgradeTarget> {
  const { verb, kind, subresource } = request;
  if (request.proxyPath !== undefined) return connectProxy(dependencies, context, request);
  if (!isConnection(request) || (verb !== 'get' && verb !== 'create'))
    throw newMethodNotSupported({ group: kind.group, resource: `${kind.plural}/${subresource}` }, verb);
  const { object } = await readObject(dependencies, { query: new URLSearchParams() }, request);
  const pod = object as unknown as Pod;
  const path = kubeletPath(pod, request, context.query);
  const { nodeName } = pod.spec;
  if (!nodeName) throw newBadRequest(`pod ${request.name} does not have a host assigned`);
  return dependencies.kubelets.target(kubeletOf(dependencies, nodeName), path);
}

/** Pure but for what it throws: the request under the kubelet's names. */
export function kubeletPath(
  pod: Pod,
  { namespace, name, subresource }: ResourceRequest,
  query: URLSearchParams,
): string {
  const path = (...parts: string[]) => `/${parts.map(encodeURIComponent).join('/')}`;
  const wanted = new URLSearchParams();
  if (subresource === 'portforward') {
    for (const port of query.getAll('ports')) wanted.append('port', port);
    return `${path('portForward', namespace, name)}?${wanted}`;
  }
  const container = containerOf(pod, query.get('container') ?? '');
  // Clients of old leave output to the server's default, which is to connect it.
  const flag = (key: string, otherwise = false) => {
    const value = query.get(key);
    return value === null ? otherwise : value === '1' || value.toLowerCase() === 'true';
  };
  const untold = !query.has('stdout') && !query.has('stderr') && !query.has('stdin');
  if (flag('stdin')) wanted.append('input', '1');
  if (flag('stdout', untold)) wanted.append('output', '1');
  if (flag('stderr', untold)) wanted.append('error', '1');
  if (flag('tty')) wanted.append('tty', '1');
  for (const word of query.getAll('command')) wanted.append('command', word);
  return `${path(subresource, namespace, name, container)}?${wanted}`;
}

/** The same request without an upgrade. */
export async function upgradeRequired(): Promise<Answer> {
  throw newBadRequest('Upgrade request required');
}

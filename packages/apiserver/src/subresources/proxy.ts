import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import {
  asStatusError,
  type Endpoints,
  endpointsKind,
  type Kind,
  newBadRequest,
  newServiceUnavailable,
  type Pod,
  podKind,
  type Service,
} from '@coxswain/api';
import type { UpgradeTarget } from '@coxswain/streaming';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { readObject } from '../handlers/get.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { bodyOf } from '../server/stream-of.ts';
import { dialAddress, dialPod } from './dial-pod.ts';
import { kubeletOf } from './log.ts';
import { forwardedHeaders, passedHeaders } from './proxy-headers.ts';
import { isProxyable, type PodPort, parseProxyName, podPort, servicePort } from './proxy-target.ts';

/** `pods|services|nodes/x/proxy/…`: passes the request on and the answer back, both as they come. */
export async function handleProxy(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
): Promise<Answer> {
  const { method, path, signal } = context;
  if (request.proxyPath === '' && (method === 'GET' || method === 'HEAD'))
    return {
      type: 'body',
      code: 301,
      contentType: 'text/plain',
      body: '',
      headers: { location: `${path}/${searchOf(context)}` },
    };
  const target = await resolve(dependencies, context, request);
  const response = await send(target, context, signal).catch((error: Error) => {
    throw newServiceUnavailable(`error trying to reach service: ${wordsOf(error, target)}`);
  });
  return { type: 'passed', code: response.statusCode ?? 502, headers: passedHeaders(response), body: response };
}

/** Where an upgraded connection through a proxy leads. @throws StatusError */
export async function connectProxy(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
): Promise<UpgradeTarget> {
  return { ...(await resolve(dependencies, context, request)), headers: forwardedHeaders(context) };
}

async function resolve(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
): Promise<UpgradeTarget> {
  const { kind, namespace, proxyPath = '' } = request;
  const asked = parseProxyName(request.name);
  if (!asked) throw newBadRequest(`invalid ${kind.singular} request ${JSON.stringify(request.name)}`);
  const path = `${proxyPath || '/'}${searchOf(context)}`;
  const { object } = await readObject(dependencies, { query: new URLSearchParams() }, { ...request, name: asked.name });
  const { signal } = context;
  if (kind.plural === 'nodes') {
    const kubelet = kubeletOf(dependencies, asked.name);
    if (asked.port === '' || asked.port === String(kubelet.port)) return dependencies.kubelets.target(kubelet, path);
    const port = Number(asked.port);
    if (!Number.isInteger(port) || port < 1 || port > 0xffff || !isProxyable(kubelet.host))
      throw newBadRequest('address not allowed');
    return over({ ip: kubelet.host, port }, (end) => dialAddress(end.ip, end.port, signal), asked.scheme, path);
  }
  const find = (name: string) =>
    dependencies.caches.forKind(podKind as unknown as Kind).get(namespace, name)?.object as unknown as Pod | undefined;
  const endpoints = () =>
    dependencies.caches.forKind(endpointsKind as unknown as Kind).get(namespace, asked.name)?.object as unknown as
      | Endpoints
      | undefined;
  const end =
    kind.plural === 'pods'
      ? podPort(object as unknown as Pod, asked.port)
      : servicePort(object as unknown as Service, endpoints(), asked.port, find, Math.random);
  return over(end, () => dialPod(dependencies, end, signal), asked.scheme, path);
}

/**
 * A request over a connection of its own; certificates of pods are not verified, as upstream.
 * @throws StatusError ServiceUnavailable when there is no connection
 */
async function over(
  end: Pick<PodPort, 'ip' | 'port'>,
  dial: (end: Pick<PodPort, 'ip' | 'port'>) => Promise<Duplex>,
  scheme: 'http' | 'https',
  path: string,
): Promise<UpgradeTarget> {
  const target: UpgradeTarget = { protocol: `${scheme}:`, host: end.ip, port: end.port, path };
  const socket = await dial(end).catch((error: Error) => {
    throw asStatusError(error) ?? newServiceUnavailable(`error trying to reach service: ${wordsOf(error, target)}`);
  });
  const connection = scheme === 'https' ? connectTls({ socket, rejectUnauthorized: false }) : socket;
  const createConnection = (() => connection) as NonNullable<RequestOptions['createConnection']>;
  return { ...target, createConnection };
}

function send(target: UpgradeTarget, context: RequestContext, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, raw } = context;
  const headers: OutgoingHttpHeaders = forwardedHeaders(context);
  return new Promise((resolve, reject) => {
    const start = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = start({ ...target, method, headers, signal });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      response.on('error', () => {});
      resolve(response);
    });
    const body = bodyOf(raw.request);
    body.once('error', (error) => outgoing.destroy(error));
    body.pipe(outgoing);
  });
}

function searchOf({ raw }: RequestContext): string {
  const { url = '' } = raw.request;
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark);
}

function wordsOf({ message }: Error, { host, port }: UpgradeTarget): string {
  return message.includes('ECONNREFUSED') ? `dial tcp ${host}:${port}: connect: connection refused` : message;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { newGenericServerResponse, newPathNotFound } from '@coxswain/api';
import { childController, type Logger } from '@coxswain/foundation';
import type { UpgradeTarget } from '@coxswain/streaming';
import { type AuthenticationOptions, authenticate } from '../authentication/authenticate.ts';
import { ANONYMOUS } from '../authentication/user-info.ts';
import { type Authorizer, authorize } from '../authorization/authorize.ts';
import { isConnection } from '../subresources/connect.ts';
import type { InFlightLimit } from './in-flight-limit.ts';
import { booleanParameter } from './negotiate.ts';
import { type Answer, type RequestContext, textAnswer } from './request-context.ts';
import { parseRequestInfo, type RequestInfo, type ResourceRequest } from './request-info.ts';
import type { RequestMetrics } from './request-metrics.ts';
import type { Resources } from './resources.ts';

export interface CorridorDependencies {
  readonly resources: Resources;
  readonly authentication: AuthenticationOptions;
  readonly authorizers: readonly Authorizer[];
  readonly limit: InFlightLimit;
  readonly metrics: RequestMetrics;
  /** decode → admit → default → validate → admit → store for a request about objects. */
  readonly objects: (context: RequestContext, request: ResourceRequest) => Promise<Answer>;
  /** Where a connection leads (exec, attach, port-forward). */
  readonly connect: (context: RequestContext, request: ResourceRequest) => Promise<UpgradeTarget>;
  /** Discovery, health and the like; undefined when nothing lives at the path. */
  readonly paths: (context: RequestContext, path: string) => Promise<Answer | undefined>;
  readonly log: Logger;
  /** Aborts when the server ends. */
  readonly signal: AbortSignal;
}

/** A request that passed the first steps. */
export interface Admitted {
  readonly info: RequestInfo;
  readonly context: RequestContext;
}

/**
 * The way of every request: route → authenticate → limit → authorize (before the body is read) → decode → admit →
 * default → validate → admit → store (in the handlers) → encode (in the server).
 */
export class Corridor {
  readonly #dependencies: CorridorDependencies;

  constructor(dependencies: CorridorDependencies) {
    this.#dependencies = dependencies;
  }

  /** The steps that need no body. @throws StatusError */
  enter(request: IncomingMessage, response: ServerResponse): Admitted {
    const { resources, authentication, authorizers, limit, metrics, log, signal } = this.#dependencies;
    const { url = '/', method = 'GET', headers } = request;
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
    // 1. route
    const info = parseRequestInfo(resources, method, path, booleanParameter(query, 'watch'));
    const ended = metrics.started(method, info, query.get('dryRun') === 'All');
    response.once('close', () => ended(response.statusCode));
    // 2. authenticate
    const user = authenticate(authentication, request.socket, headers, path);
    // 3. limit
    if (info.type === 'resource' && !isLongRunning(info, query)) {
      const leave = limit.enter(isWrite(method));
      metrics.inflight(limit.reads, limit.writes);
      response.once('close', leave);
    }
    // 4. authorize
    if (user !== ANONYMOUS || info.type !== 'path') authorize(authorizers, user, info);
    const controller = childController(signal);
    response.once('close', () => controller.abort(new Error('the client has gone')));
    const context = {
      method,
      path,
      query,
      headers,
      body: EMPTY,
      user,
      warnings: [],
      signal: controller.signal,
      log,
      raw: { request, response },
    };
    return { info, context };
  }

  /** The last step of a request for a connection. @throws StatusError */
  async connect({ info, context }: Admitted): Promise<UpgradeTarget> {
    if (info.type !== 'resource') throw newPathNotFound();
    return this.#dependencies.connect(context, info);
  }

  /** The steps that need the body. @throws StatusError */
  async proceed({ info, context }: Admitted): Promise<Answer> {
    switch (info.type) {
      case 'resource':
        return this.#dependencies.objects(context, info);
      case 'unknown-group':
        return PAGE_NOT_FOUND;
      case 'path': {
        const answer = await this.#dependencies.paths(context, info.path);
        return answer ?? PAGE_NOT_FOUND;
      }
      case 'not-found':
        throw newPathNotFound();
      case 'method-not-allowed':
        throw newGenericServerResponse(405, '', { method: context.method });
      default:
        return info satisfies never;
    }
  }
}

const PAGE_NOT_FOUND = textAnswer(404, '404 page not found\n');
const EMPTY = Buffer.alloc(0);

export function isWrite(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

function isLongRunning(request: ResourceRequest, query: URLSearchParams): boolean {
  const { verb, subresource } = request;
  return verb === 'watch' || isConnection(request) || (subresource === 'log' && booleanParameter(query, 'follow'));
}

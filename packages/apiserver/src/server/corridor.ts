import { newGenericServerResponse, newPathNotFound } from '@coxswain/api';
import type { Logger } from '@coxswain/foundation';
import type { UpgradeTarget } from '@coxswain/streaming';
import { type AuthenticationOptions, authenticate, isOpenPath } from '../authentication/authenticate.ts';
import { ANONYMOUS, type UserInfo } from '../authentication/user-info.ts';
import { accessOf } from '../authorization/access.ts';
import { authorize } from '../authorization/authorize.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import { impersonate } from '../authorization/impersonate.ts';
import { isConnection } from '../subresources/connect.ts';
import type { InFlightLimit } from './in-flight-limit.ts';
import { LiveRequest } from './live-request.ts';
import { LiveRequests } from './live-requests.ts';
import { booleanParameter } from './negotiate.ts';
import type { Asked, Reply } from './reply.ts';
import { type Answer, type RequestContext, textAnswer } from './request-context.ts';
import { parseRequestInfo, type RequestInfo, type ResourceRequest } from './request-info.ts';
import type { RequestMetrics } from './request-metrics.ts';
import { requestTimeout } from './request-timeout.ts';
import type { Resources } from './resources.ts';

export interface CorridorDependencies {
  readonly resources: Resources;
  readonly authentication: AuthenticationOptions;
  readonly authorizer: Authorizer;
  readonly limit: InFlightLimit;
  readonly metrics: RequestMetrics;
  /** decode → admit → default → validate → admit → store for a request about objects. */
  readonly objects: (context: RequestContext, request: ResourceRequest) => Promise<Answer>;
  /** Where a connection leads (exec, attach, port-forward). */
  readonly connect: (context: RequestContext, request: ResourceRequest) => Promise<UpgradeTarget>;
  /** Where a connection to another server's group leads; undefined when none has it. */
  readonly connectAggregated: (context: RequestContext, group: string, version: string) => UpgradeTarget | undefined;
  /** The answer of another server that has the group; undefined when none has. */
  readonly aggregated: (context: RequestContext, group: string, version: string) => Promise<Answer | undefined>;
  /** Discovery, health and the like; undefined when nothing lives at the path. */
  readonly paths: (context: RequestContext, path: string) => Promise<Answer | undefined>;
  readonly log: Logger;
  /** How long a short request may take (--request-timeout). */
  readonly requestTimeoutMs: number;
  /** Aborts when the server ends. */
  readonly signal: AbortSignal;
}

/** A request that passed the first steps. */
export interface Admitted {
  readonly info: RequestInfo;
  readonly context: LiveRequest;
}

/**
 * The way of every request: route → authenticate → limit → authorize (before the body is read) → decode → admit →
 * default → validate → admit → store (in the handlers) → encode (in the server).
 */
export class Corridor {
  readonly #dependencies: CorridorDependencies;
  readonly #live: LiveRequests;

  constructor(dependencies: CorridorDependencies) {
    this.#dependencies = dependencies;
    this.#live = new LiveRequests(dependencies.signal, dependencies.requestTimeoutMs);
  }

  /**
   * Where a GET of one object leads; undefined for everything else. Its answer is a body, never a stream.
   * @param url of a plain request
   */
  routePlainGet(url: string): ResourceRequest | undefined {
    const mark = url.indexOf('?');
    // What is escaped could be anything, and a watch is no get.
    if (url.includes('%') || (mark >= 0 && url.includes('watch', mark))) return undefined;
    const path = mark < 0 ? url : url.slice(0, mark);
    const info = parseRequestInfo(this.#dependencies.resources, 'GET', path, false);
    return info.type === 'resource' && info.verb === 'get' && info.subresource === '' ? info : undefined;
  }

  /** The steps that need no body; `routed` is the first one's outcome, where that is known; a promise only where authentication takes time. @throws StatusError */
  enter(request: Asked, response: Reply, routed?: RequestInfo): Admitted | Promise<Admitted> {
    const { resources, authentication, authorizer, limit, metrics, log } = this.#dependencies;
    const context = new LiveRequest(request, response, ANONYMOUS, log);
    const { method, path, headers } = context;
    // 1. route
    const info = routed ?? parseRequestInfo(resources, method, path, context.asks('watch'));
    const ended = metrics.started(method, info, context.asks('dryRun') && context.query.get('dryRun') === 'All');
    let leave: (() => void) | undefined;
    response.once('close', () => {
      this.#live.remove(context, response);
      if (leave) {
        leave();
        metrics.inflight(limit.reads, limit.writes);
      }
      ended(response.statusCode, context.answered);
    });
    // 2. authenticate
    const user = authenticate(authentication, request.socket, headers, path);
    const admit = (asker: UserInfo): Admitted => {
      const who = impersonate(authorizer, asker, request);
      context.user = who;
      // 3. limit
      if (info.type === 'unknown-group' && info.verb === 'watch') context.longRunning = true;
      else if (info.type === 'resource' && isLongRunning(info, context)) context.longRunning = true;
      else if (info.type === 'resource') {
        context.timeoutMs = requestTimeout(context.query, this.#dependencies.requestTimeoutMs);
        leave = limit.enter(isWrite(method));
        metrics.inflight(limit.reads, limit.writes);
      }
      // 4. authorize
      if (info.type === 'resource' || !isOpenPath(path)) {
        const selector = info.type === 'resource' && info.name === '' ? context.query.get('fieldSelector') : null;
        authorize(authorizer, who, accessOf(info, method, path, selector ?? ''));
      }
      this.#live.add(context);
      return { info, context };
    };
    return user instanceof Promise ? user.then(admit) : admit(user);
  }

  /** The last step of a request for a connection. @throws StatusError */
  async connect({ info, context }: Admitted): Promise<UpgradeTarget> {
    if (info.type === 'unknown-group') {
      const target = this.#dependencies.connectAggregated(context, info.group, info.version);
      if (target) return target;
    }
    if (info.type !== 'resource') throw newPathNotFound();
    return this.#dependencies.connect(context, info);
  }

  /** The steps that need the body. @throws StatusError */
  proceed({ info, context }: Admitted): Promise<Answer> {
    // A promise less on the way of most requests.
    return info.type === 'resource' ? this.#dependencies.objects(context, info) : this.#answerOther(info, context);
  }

  async #answerOther(info: Exclude<RequestInfo, ResourceRequest>, context: LiveRequest): Promise<Answer> {
    switch (info.type) {
      case 'unknown-group':
        return (await this.#dependencies.aggregated(context, info.group, info.version)) ?? PAGE_NOT_FOUND;
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

export function isWrite(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

function isLongRunning(request: ResourceRequest, context: LiveRequest): boolean {
  const { verb, subresource } = request;
  return (
    verb === 'watch' ||
    isConnection(request) ||
    request.proxyPath !== undefined ||
    (subresource === 'log' && booleanParameter(context.query, 'follow'))
  );
}

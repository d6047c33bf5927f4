import type { HandlerDependencies } from '../handlers/dependencies.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest, Verb } from '../server/request-info.ts';
import { handleBinding } from './binding.ts';
import { upgradeRequired } from './connect.ts';
import { handleEviction } from './eviction.ts';
import { handleFinalize } from './finalize.ts';
import { handleLog } from './log.ts';
import { handleProxy } from './proxy.ts';
import { handleTokenRequest } from './token-request.ts';

export type SubresourceHandler = (
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
) => Promise<Answer>;

const PROXY = {
  get: handleProxy,
  create: handleProxy,
  update: handleProxy,
  patch: handleProxy,
  delete: handleProxy,
};

/** Subresources with handlers of their own, by `group/plural/subresource`; `/status` and `/scale` are generic. */
export const subresourceHandlers: Readonly<Record<string, Partial<Record<Verb, SubresourceHandler>>>> = {
  '/pods/binding': { create: handleBinding },
  '/pods/eviction': { create: handleEviction },
  '/pods/log': { get: handleLog },
  '/pods/exec': { get: upgradeRequired, create: upgradeRequired },
  '/pods/attach': { get: upgradeRequired, create: upgradeRequired },
  '/pods/portforward': { get: upgradeRequired, create: upgradeRequired },
  '/pods/proxy': PROXY,
  '/services/proxy': PROXY,
  '/nodes/proxy': PROXY,
  '/namespaces/finalize': { update: handleFinalize },
  '/serviceaccounts/token': { create: handleTokenRequest },
};

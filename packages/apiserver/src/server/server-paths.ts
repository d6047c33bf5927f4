import { checkHealth, type HealthCheck, type Metrics } from '@coxswain/foundation';
import type { Discovery } from '../discovery/discovery.ts';
import type { OpenApi } from '../openapi/openapi.ts';
import { type Answer, jsonAnswer, type RequestContext, textAnswer } from './request-context.ts';
import { VERSION_INFO } from './version-info.ts';

export interface ServerPathsDependencies {
  readonly discovery: Discovery;
  readonly openApi: OpenApi;
  readonly metrics: Metrics;
  readonly livez: readonly HealthCheck[];
  readonly readyz: readonly HealthCheck[];
  /** OpenID discovery of the tokens' issuer. */
  readonly issuerDocuments: (path: string) => Answer | undefined;
}

const ROOT_PATHS = [
  '/.well-known/openid-configuration',
  '/api',
  '/api/v1',
  '/apis',
  '/healthz',
  '/livez',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/openid/v1/jwks',
  '/readyz',
  '/version',
];

/** What is served beside objects. */
export async function answerServerPath(
  { discovery, openApi, metrics, livez, readyz, issuerDocuments }: ServerPathsDependencies,
  context: RequestContext,
  path: string,
): Promise<Answer | undefined> {
  if (path === '/api' || path === '/apis' || path.startsWith('/api/') || path.startsWith('/apis/'))
    return discovery.answer(context, path);
  if (path.startsWith('/openapi/')) return openApi.answer(context, path);
  switch (path) {
    case '/':
      return jsonAnswer(200, { paths: ROOT_PATHS });
    case '/version':
    case '/version/':
      return jsonAnswer(200, VERSION_INFO);
    case '/metrics':
      return { type: 'body', code: 200, contentType: metrics.contentType, body: await metrics.metrics() };
    default:
      return issuerDocuments(path) ?? answerHealth(context, path, { healthz: readyz, livez, readyz });
  }
}

async function answerHealth(
  { query }: RequestContext,
  path: string,
  checks: Readonly<Record<string, readonly HealthCheck[]>>,
): Promise<Answer | undefined> {
  const [, name = '', single] = path.split('/');
  const all = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (!all) return undefined;
  const excluded = query.getAll('exclude');
  const chosen = single ? all.filter((check) => check.name === single) : all.filter((c) => !excluded.includes(c.name));
  if (single && chosen.length === 0) return undefined;
  const report = await checkHealth(name, chosen, { verbose: query.has('verbose') });
  return textAnswer(report.healthy ? 200 : 500, report.text);
}

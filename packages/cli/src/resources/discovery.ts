import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Context, Session } from '../context.ts';
import type { ApiResource } from './resource.ts';
import type { Roots } from './unaggregated-discovery.ts';

const ACCEPT =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';
const FRESH_MS = 10 * 60_000;

interface DiscoveryVersion {
  readonly version: string;
  readonly resources?: readonly {
    readonly resource: string;
    readonly responseKind?: { readonly kind: string };
    readonly scope: string;
    readonly singularResource?: string;
    readonly shortNames?: readonly string[];
    readonly categories?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

interface Discovery {
  readonly kind?: string;
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly DiscoveryVersion[];
  }[];
}

/** Everything that the server serves, each group's preferred version first; from a file if it is at most 10 minutes old. */
export async function discover(session: Session, context: Context, fresh = false): Promise<ApiResource[]> {
  const file = cacheFile(session, context.env);
  const cached = fresh ? undefined : readCache(file, context.now());
  if (cached) return cached;
  const found = (await Promise.all([fetchRoot(session, context, '/api'), fetchRoot(session, context, '/apis')])).flat();
  writeCache(file, found);
  return found;
}

async function fetchRoot({ client, timeoutMs }: Session, { signal }: Context, path: string): Promise<ApiResource[]> {
  const answer = (await client.request('GET', path, { accept: ACCEPT, signal, timeoutMs })) as Discovery & Roots;
  if (answer.kind === 'APIGroupDiscoveryList') return fromAggregated(answer);
  const { fetchUnaggregated } = await import('./unaggregated-discovery.ts');
  return fetchUnaggregated(client, path, answer, { signal, timeoutMs });
}

export function fromAggregated({ items = [] }: Discovery): ApiResource[] {
  return items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources.flatMap(({ resource, responseKind, scope, singularResource, shortNames, categories, verbs }) => {
        if (!responseKind) return [];
        const { kind } = responseKind;
        return [
          {
            group: metadata?.name ?? '',
            version,
            plural: resource,
            singular: singularResource || kind.toLowerCase(),
            kind,
            shortNames: shortNames ?? [],
            categories: categories ?? [],
            namespaced: scope === 'Namespaced',
            verbs,
          },
        ];
      }),
    ),
  );
}

function cacheFile({ server }: Session, env: NodeJS.ProcessEnv): string {
  const root = env['KUBECACHEDIR'] || join(env['HOME'] || homedir(), '.kube', 'cache');
  const { host, pathname } = new URL(server);
  return join(root, 'cox', `${`${host}${pathname}`.replace(/\/$/, '').replaceAll(/[^\w.-]/g, '_')}.json`);
}

function readCache(file: string, now: number): ApiResource[] | undefined {
  try {
    const { time, resources } = JSON.parse(readFileSync(file, 'utf8')) as { time: number; resources: ApiResource[] };
    return now - time < FRESH_MS && time <= now ? resources : undefined;
  } catch {
    return undefined;
  }
}

/** A cache that can't be written costs a request the next time, nothing else. */
function writeCache(file: string, resources: readonly ApiResource[]): void {
  try {
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o750 });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify({ time: Date.now(), resources }), { mode: 0o600 });
    renameSync(temporary, file);
  } catch {}
}

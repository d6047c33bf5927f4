import type { AggregatedApi } from './aggregated-apis.ts';

const REFRESH_MS = 60_000;

/** What other servers' OpenAPI v3 documents are known by, asked for again once a minute. */
export class OpenApiHashes {
  readonly #known = new Map<string, { readonly at: number; readonly hash: string | undefined }>();

  /** @param index reads the server's /openapi/v3 */
  async refresh({ group, version, service }: AggregatedApi, now: number, index: () => Promise<Buffer>): Promise<void> {
    const before = this.#known.get(service);
    if (before && now - before.at < REFRESH_MS) return;
    let hash: string | undefined;
    try {
      const { paths = {} } = JSON.parse((await index()).toString('utf8')) as {
        paths?: Record<string, { serverRelativeURL?: string }>;
      };
      const url = paths[`apis/${group}/${version}`]?.serverRelativeURL;
      if (url !== undefined) hash = new URL(url, 'https://server').searchParams.get('hash') ?? '';
    } catch {
      // It has no such documents; its objects are served all the same.
    }
    this.#known.set(service, { at: now, hash });
  }

  /** By `apis/group/version`, those that have a document; '' for one that doesn't say its hash. */
  of(apis: readonly AggregatedApi[]): Map<string, string> {
    return new Map(
      apis.flatMap(({ group, version, service }) => {
        const hash = this.#known.get(service)?.hash;
        return hash === undefined ? [] : [[`apis/${group}/${version}`, hash] as const];
      }),
    );
  }
}

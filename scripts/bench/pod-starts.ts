import { setTimeout as pause } from 'node:timers/promises';
import { type Pod, type PodSpec, podKind } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';

export interface PodStartsOptions {
  readonly client: ApiClient;
  readonly image: string;
  /** `app` of every pod; those of others are left alone. */
  readonly app?: string;
}

const namespace = 'default';
const TIMEOUT_MS = 120_000;

/** Pods that only sleep, from create to Ready as a watcher of the API sees it. */
export class PodStarts {
  readonly #pods;
  readonly #image: string;
  readonly #app: string;

  constructor({ client, image, app = 'bench' }: PodStartsOptions) {
    this.#pods = client.resource(podKind);
    this.#image = image;
    this.#app = app;
  }

  /** Creates `count` pods at once and resolves with each one's milliseconds from create to Ready. */
  async create(prefix: string, count: number, spec: Partial<PodSpec> = {}): Promise<number[]> {
    const names = new Set(Array.from({ length: count }, (_, i) => `${prefix}-${i}`));
    const labelSelector = `app=${this.#app}`;
    const { resourceVersion } = await this.#pods.list({ namespace, labelSelector });
    const watching = new AbortController();
    const events = this.#pods.watch({ namespace, labelSelector, resourceVersion, signal: watching.signal });
    const began = new Map<string, number>();
    const times = new Map<string, number>();
    const ready = (async () => {
      for await (const event of events) {
        if (event.type === 'BOOKMARK') continue;
        const { name } = event.object.metadata;
        if (isReady(event.object) && names.has(name) && !times.has(name))
          times.set(name, performance.now() - (began.get(name) ?? 0));
        if (times.size === count) return;
      }
      throw new Error(`${times.size} of ${count} pods were Ready in ${TIMEOUT_MS / 1000} s`);
    })();
    const timeout = setTimeout(() => watching.abort(), TIMEOUT_MS);
    try {
      await Promise.all(
        [...names].map(async (name) => {
          began.set(name, performance.now());
          await this.#pods.create(this.#pod(name, spec));
        }),
      );
      await ready;
    } finally {
      clearTimeout(timeout);
      watching.abort();
    }
    return [...times.values()];
  }

  /** Deletes all of them and resolves when they are gone. */
  async remove(): Promise<void> {
    const labelSelector = `app=${this.#app}`;
    const { items } = await this.#pods.list({ namespace, labelSelector });
    await Promise.all(items.map(({ metadata: { name } }) => this.#pods.delete(name, { namespace })));
    while ((await this.#pods.list({ namespace, labelSelector })).items.length > 0) await pause(100);
  }

  #pod(name: string, spec: Partial<PodSpec>): Pod {
    return {
      metadata: { name, namespace, labels: { app: this.#app } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'main', image: this.#image, command: ['sleep', 'infinity'] }],
        ...spec,
      },
    };
  }
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

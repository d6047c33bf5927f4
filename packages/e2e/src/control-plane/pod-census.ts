import assert from 'node:assert/strict';
import { controllerOf, eventKind, type Pod } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import type { FakeNodes } from './fake-nodes.ts';

const CHANGES = 30;
const EVENTS = 60;
const REPORTS = 5;

/** Looks at every change whether some pods are more, or fewer, than they may ever be. */
export class PodCensus {
  readonly #nodes: FakeNodes;
  readonly #broken: string[] = [];
  /** The namespaces and apps of what was wrong. */
  readonly #where = new Map<string, { readonly namespace: string; readonly app: string }>();

  constructor(nodes: FakeNodes) {
    this.#nodes = nodes;
  }

  of(namespace: string, app: string): Pod[] {
    return this.#nodes.pods.byNamespace(namespace).filter(({ metadata }) => metadata.labels?.['app'] === app);
  }

  /** From now on: no more than `most` pods that aren't finished, and no fewer than `fewest` that are ready. */
  watch(
    namespace: string,
    app: string,
    { most, fewest = 0 }: { readonly most: number; readonly fewest?: number },
  ): void {
    const changes: string[] = [];
    const broken = (what: string) => {
      this.#where.set(`${namespace}/${app}`, { namespace, app });
      const first = this.#broken.length === 0;
      const details = first ? [...this.of(namespace, app).map(describe).toSorted(), 'after:', ...changes] : [];
      if (this.#broken.length < REPORTS) this.#broken.push([`${app}: ${what}`, ...details].join('\n  '));
    };
    this.#nodes.onPod((pod, change) => {
      if (pod.metadata.namespace === namespace && pod.metadata.labels?.['app'] === app)
        changes.push(`${new Date().toISOString()} ${change} ${describe(pod)}`);
      if (changes.length > CHANGES) changes.shift();
      const active = this.of(namespace, app).filter(isActive);
      const ready = active.filter(isReady).length;
      if (active.length > most) broken(`${active.length} pods, ${most} allowed`);
      if (ready < fewest) broken(`${ready} ready pods, ${fewest} wanted`);
    });
  }

  /** @throws AssertionError that tells what was ever wrong, after which changes, and what the controllers said */
  async assertUnbroken(client: ApiClient): Promise<void> {
    if (this.#broken.length === 0) return;
    const said = await Promise.all(
      [...this.#where.values()].map(({ namespace, app }) => events(client, namespace, app)),
    );
    assert.fail([...this.#broken, 'events:', ...said.flat()].join('\n'));
  }
}

/** Not finished; one that is being deleted counts no longer. */
export function isActive({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

export function isReady(pod: Pod): boolean {
  return (
    isActive(pod) && pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
  );
}

function describe(pod: Pod): string {
  const { metadata, spec, status } = pod;
  const conditions = (status?.conditions ?? []).map(({ type, status, reason }) =>
    [type, status, reason].join(' ').trim(),
  );
  const facts = [
    `${metadata.name} of ${controllerOf(pod)?.name} on ${spec.nodeName} at ${metadata.resourceVersion}: ${status?.phase}`,
    ...conditions,
    ...(metadata.deletionTimestamp === undefined ? [] : [`deleted ${metadata.deletionTimestamp}`]),
  ];
  return facts.join(', ');
}

/** The last events about an app and what belongs to it, in the order in which they were written. */
async function events(client: ApiClient, namespace: string, app: string): Promise<string[]> {
  const { items } = await client.resource(eventKind).list({ namespace });
  const revision = ({ metadata }: (typeof items)[number]) => Number(metadata.resourceVersion);
  return items
    .filter(({ involvedObject: { name = '' } }) => name === app || name.startsWith(`${app}-`))
    .toSorted((a, b) => revision(a) - revision(b))
    .slice(-EVENTS)
    .map(
      ({ metadata, lastTimestamp, source, reason, involvedObject, message }) =>
        `${lastTimestamp} at ${metadata.resourceVersion} ${source?.component} ${reason} ${involvedObject.name}: ${message}`,
    );
}

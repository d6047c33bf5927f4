import type { Kind, KubeObject } from '@coxswain/api';
import type { WatchEvent } from '@coxswain/client';
import type { FakeApiClient } from '@coxswain/client/testing';
import type { Choices } from './random-histories.ts';

type Change = Extract<WatchEvent<KubeObject>, { object: KubeObject }>;

/** The watches of some kinds, whose events are seen when the test says so: in order within a kind, in any among kinds. */
export class LateEvents {
  readonly #pending = new Map<Kind, Change[]>();

  constructor(client: FakeApiClient, kinds: readonly Kind[], signal: AbortSignal) {
    for (const kind of kinds) {
      const pending: Change[] = [];
      this.#pending.set(kind, pending);
      void (async () => {
        for await (const event of client.resource(kind).watch({ resourceVersion: '0', signal }))
          if ('object' in event) pending.push(event);
      })();
    }
  }

  /** Waits until all that was written has been sent. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The next event of one kind, if any kind has one. */
  next(random: Choices): { readonly kind: Kind; readonly event: Change } | undefined {
    const waiting = [...this.#pending].filter(([, events]) => events.length > 0);
    const [kind, events] = random.of(waiting) ?? [];
    const event = events?.shift();
    return kind && event && { kind, event };
  }

  /** Whether something about this object has not been seen. */
  isLate(uid: string | undefined): boolean {
    return [...this.#pending.values()].some((events) => events.some(({ object }) => object.metadata.uid === uid));
  }
}

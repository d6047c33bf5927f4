import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod, PodDisruptionBudget } from '@coxswain/api';
import fc from 'fast-check';
import { aPod } from '../../testing/index.ts';
import { planBudget } from './plan-budget.ts';

const START = Date.UTC(2026, 0, 1);

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('evict', 'reconcile', 'see', 'replace', 'stuck', 'wait'),
    at: fc.nat(9),
  }),
  { maxLength: 60 },
);
const limits = fc.oneof(
  fc.nat(6).map((minAvailable) => ({ minAvailable })),
  fc.nat(4).map((maxUnavailable) => ({ maxUnavailable })),
  fc.constantFrom('0%', '34%', '50%', '100%').map((minAvailable) => ({ minAvailable })),
);

test('evictions within what the status allows never leave fewer healthy pods than the budget wants', () => {
  fc.assert(
    fc.property(limits, fc.integer({ min: 1, max: 6 }), steps, (limit, scale, history) => {
      let now = START;
      let next = 0;
      const make = (): Pod => aPod({ name: `p${next}`, uid: `p${next++}` });
      let server: Pod[] = Array.from({ length: scale }, make);
      let cache = server;
      let budget: PodDisruptionBudget = {
        metadata: { name: 'b', namespace: 'default', generation: 1 },
        spec: { selector: { matchLabels: { app: 'web' } }, ...limit },
      };
      const reconcile = () => {
        budget = { ...budget, status: planBudget({ budget, pods: cache, scale, now }).status };
      };
      const healthy = () => server.filter(({ metadata }) => metadata.deletionTimestamp === undefined).length;
      const desired = () => planBudget({ budget, pods: server, scale, now }).status.desiredHealthy ?? 0;
      for (const { kind, at } of history) {
        const pod = server[at];
        if (kind === 'see') cache = server;
        else if (kind === 'reconcile') reconcile();
        else if (kind === 'wait') now += 10_000;
        else if (kind === 'replace' && server.length - 1 < scale && healthy() < scale) server = [...server, make()];
        else if ((kind === 'evict' || kind === 'stuck') && pod && pod.metadata.deletionTimestamp === undefined) {
          // What the eviction API does.
          const { status } = budget;
          if (!status?.disruptionsAllowed || status.disruptedPods?.[pod.metadata.name]) continue;
          const disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: new Date(now).toISOString() };
          budget = {
            ...budget,
            status: { ...status, disruptionsAllowed: status.disruptionsAllowed - 1, disruptedPods },
          };
          if (kind === 'stuck') continue;
          const deletionTimestamp = new Date(now).toISOString();
          server = server.map((each) =>
            each === pod ? { ...pod, metadata: { ...pod.metadata, deletionTimestamp } } : each,
          );
          if (typeof limit === 'object' && 'minAvailable' in limit && typeof limit.minAvailable === 'number')
            assert.ok(healthy() >= limit.minAvailable, `${healthy()} healthy of ${limit.minAvailable}`);
          else assert.ok(healthy() >= desired(), `${healthy()} healthy of ${desired()}`);
        }
      }
      // Left alone it tells the truth: replacements are there, stuck evictions are forgotten.
      now += 3 * 60_000;
      server = server.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      while (server.length < scale) server.push(make());
      cache = server;
      reconcile();
      assert.equal(budget.status?.currentHealthy, scale);
      assert.equal(budget.status?.disruptionsAllowed, Math.max(0, scale - desired()));
      assert.equal(budget.status?.disruptedPods, undefined);
    }),
    { numRuns: 300 },
  );
});

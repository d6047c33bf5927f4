import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Namespace, type Node, namespaceKind, type Pod } from '@coxswain/api';
import fc from 'fast-check';
import { PodInfo } from './cache/pod-info.ts';
import { SchedulerCache } from './cache/scheduler-cache.ts';
import { Framework } from './framework/framework.ts';
import { defaultPlugins } from './plugins/default-plugins.ts';
import { SchedulerCore } from './schedule-one.ts';
import { arbitraryNode, arbitraryPod, mayRun, NAMESPACES, testHandle } from './testing/index.ts';

const abort = new AbortController();
const handle = testHandle();
let framework: Framework;

before(async () => {
  const namespaces = Object.entries(NAMESPACES).map(([name, labels]) => ({ metadata: { name, labels } }) as Namespace);
  handle.client.add(namespaceKind, ...namespaces);
  framework = new Framework('default-scheduler', defaultPlugins, handle);
  handle.informers.start(abort.signal);
  await handle.informers.waitForSync(abort.signal);
});
after(() => abort.abort());

const at = fc.nat(7);
const step = fc.oneof(
  { weight: 8, arbitrary: arbitraryPod.map((pod) => ({ do: 'schedule', pod }) as const) },
  { weight: 1, arbitrary: at.map((pod) => ({ do: 'terminate', pod }) as const) },
  { weight: 1, arbitrary: at.map((pod) => ({ do: 'delete', pod }) as const) },
  {
    weight: 1,
    arbitrary: fc.record({ at, node: arbitraryNode }).map((each) => ({ do: 'set-node', ...each }) as const),
  },
  { weight: 1, arbitrary: at.map((node) => ({ do: 'remove-node', node }) as const) },
);

test('binds only where the rules allow, and always when a node fits, after any history', () => {
  const seen = { placed: 0, unschedulable: 0 };
  fc.assert(
    fc.property(
      fc.array(arbitraryNode, { minLength: 1, maxLength: 5 }),
      fc.array(step, { maxLength: 16 }),
      (made, steps) => {
        const cache = new SchedulerCache();
        const core = new SchedulerCore({ frameworkOf: () => framework, cache });
        let nodes: Node[] = [];
        let placed: Pod[] = [];
        const setNode = (node: Node) => {
          nodes = [...nodes.filter(({ metadata }) => metadata.name !== node.metadata.name), node];
          cache.setNode(node);
        };
        for (const [i, node] of made.entries()) setNode(node(`n${i}`));
        for (const [i, each] of steps.entries()) {
          if (each.do === 'schedule') {
            const pod = each.pod(`p${i}`);
            const cluster = { nodes, placed, namespaces: NAMESPACES };
            const allowed = nodes.filter((node) => mayRun(pod, node, cluster)).map(({ metadata }) => metadata.name);
            const decision = core.scheduleOne(new PodInfo(pod));
            if (decision.kind === 'placed') {
              const { nodeName } = decision;
              assert.ok(allowed.includes(nodeName), `${nodeName} is not among ${allowed}`);
              placed.push({ ...pod, spec: { ...pod.spec, nodeName } });
            } else assert.deepEqual([decision.kind, allowed], ['unschedulable', []]);
            seen[decision.kind as keyof typeof seen] += 1;
          } else if (each.do === 'set-node') setNode(each.node(`n${each.at}`));
          else if (each.do === 'remove-node') {
            nodes = nodes.filter(({ metadata }) => metadata.name !== `n${each.node}`);
            cache.removeNode(`n${each.node}`);
          } else {
            const pod = placed[each.pod];
            if (!pod) continue;
            const going = { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
            placed = placed.flatMap((other) => (other !== pod ? other : each.do === 'delete' ? [] : going));
            if (each.do === 'delete') cache.removePod(pod);
            else cache.setPod(going);
          }
        }
      },
    ),
    { numRuns: 1500 },
  );
  assert.ok(seen.placed > 500 && seen.unschedulable > 500, JSON.stringify(seen));
});

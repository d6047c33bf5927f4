import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Pod, parseQuantity, type ResourceQuota } from '@coxswain/api';
import fc from 'fast-check';
import { aPod } from '../../testing/index.ts';
import { planQuota } from './plan-quota.ts';

const HARD = { pods: '5', 'requests.cpu': '1' };

const steps = fc.array(
  fc.record({ kind: fc.constantFrom('create', 'end', 'remove', 'see', 'count'), at: fc.nat(6), cpu: fc.nat(4) }),
  { maxLength: 80 },
);

test('admission that goes by the counted usage never lets too much in, and in the end the count is exact', () => {
  fc.assert(
    fc.property(steps, (history) => {
      let quota: ResourceQuota = {
        metadata: { name: 'q', namespace: 'default' },
        spec: { hard: HARD },
        status: { hard: HARD, used: { pods: '0', 'requests.cpu': '0' } },
      };
      let next = 0;
      let server: Pod[] = [];
      let cache: Pod[] = [];
      let went = false;
      const count = () => {
        const objects = new Map([['pods', cache]]);
        quota = { ...quota, status: planQuota({ quota, objects, mayLower: went, now: 0 }) };
        went = false;
      };
      const milli = (text: string | undefined) => parseQuantity(text ?? '0').toNumber() * 1000;
      const live = () => server.filter(({ status }) => status?.phase === 'Running');
      const cpuOf = (pods: readonly Pod[]) =>
        pods.reduce((sum, { spec }) => sum + milli(spec.containers[0]?.resources?.requests?.['cpu']), 0);
      for (const { kind, at, cpu } of history) {
        const pod = server[at];
        if (kind === 'see') {
          const gone = cache.some((each) => !server.includes(each));
          // What went is seen together with all that came before it.
          if (gone) went = true;
          cache = server;
        } else if (kind === 'count') count();
        else if (kind === 'remove') server = server.filter((each) => each !== pod);
        else if (kind === 'end' && pod)
          server = server.map((each) =>
            each === pod ? { ...pod, status: { ...pod.status, phase: 'Succeeded' } } : each,
          );
        else if (kind === 'create') {
          // What admission does: charge, or refuse.
          const used = quota.status?.used ?? {};
          const pods = Number(used['pods']) + 1;
          const total = milli(used['requests.cpu']) + cpu * 100;
          if (pods > 5 || total > 1000) continue;
          quota = {
            ...quota,
            status: { hard: HARD, used: { pods: String(pods), 'requests.cpu': `${Math.round(total)}m` } },
          };
          const resources = { requests: { cpu: `${cpu * 100}m` } };
          const name = `p${next++}`;
          server = [...server, aPod({ name, uid: name, spec: { containers: [{ name: 'c', resources }] } })];
          // An event of a creation comes at once to the server's own books, later to the controller.
          if (went) cache = server;
        }
        assert.ok(live().length <= 5, `${live().length} pods`);
        assert.ok(cpuOf(live()) <= 1000.5, `${cpuOf(live())}m cpu`);
      }
      cache = server;
      went = true;
      count();
      assert.equal(quota.status?.used?.['pods'], String(live().length));
      assert.equal(Math.round(milli(quota.status?.used?.['requests.cpu'])), Math.round(cpuOf(live())));
    }),
    { numRuns: 300 },
  );
});

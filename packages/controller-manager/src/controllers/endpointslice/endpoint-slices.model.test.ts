import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointSlice, Pod } from '@coxswain/api';
import { endpointState } from '../../shared/service-endpoints.ts';
import { aPod, aService, randomHistories } from '../../testing/index.ts';
import { planEndpointSlices } from './plan-endpoint-slices.ts';

const MAX = 5;
const service = aService({ ports: [{ name: 'http', port: 80, targetPort: 'web' }] });

function randomPod(random: () => number, id: number): Pod {
  const containerPort = random() < 0.8 ? 8080 : 9090;
  return aPod({
    name: `p${id}`,
    ip: `10.244.${id >> 8}.${id & 255}`,
    ready: random() < 0.6,
    deleting: random() < 0.2,
    spec: { containers: [{ name: 'c', ports: [{ name: 'web', containerPort }] }] },
  });
}

test('after any history the slices hold exactly the pods, none too full, and a second look changes nothing', () => {
  randomHistories(60, (random) => {
    let pods: Pod[] = [];
    let slices: EndpointSlice[] = [];
    let id = 0;
    for (let round = 0; round < 40; round++) {
      for (let change = Math.floor(random() * 6); change > 0; change--) {
        const at = Math.floor(random() * pods.length);
        if (random() < 0.55 || pods.length === 0) pods.push(randomPod(random, id++));
        else if (random() < 0.5) pods = pods.filter((_, i) => i !== at);
        else
          pods[at] = {
            ...randomPod(random, 0),
            metadata: pods[at]!.metadata,
            spec: pods[at]!.spec,
            status: pods[at]!.status,
          };
      }
      const input = { service, pods, zoneOf: () => undefined, maxPerSlice: MAX };
      const plan = planEndpointSlices({ ...input, slices });
      const changed = new Map(plan.update.map((slice) => [slice.metadata.name, slice]));
      const gone = new Set(plan.remove.map(({ metadata }) => metadata.name));
      slices = slices
        .filter(({ metadata }) => !gone.has(metadata.name))
        .map((slice) => changed.get(slice.metadata.name) ?? slice);
      for (const slice of plan.create) {
        const name = `s${round}-${slices.length}`;
        slices.push({ ...slice, metadata: { ...slice.metadata, name, uid: name } });
      }

      const where = `round ${round}`;
      assert.ok(
        slices.every(({ endpoints = [] }) => endpoints.length <= MAX),
        where,
      );
      const held = slices.flatMap(({ endpoints = [], ports = [] }) =>
        endpoints.map(({ targetRef, conditions }) => `${targetRef?.name} ${ports[0]?.port} ${conditions?.ready}`),
      );
      const wanted = pods.map(
        (pod) =>
          `${pod.metadata.name} ${pod.spec.containers[0]?.ports?.[0]?.containerPort} ${endpointState(service, pod).ready}`,
      );
      assert.deepEqual(held.sort(), wanted.sort(), where);
      assert.deepEqual(planEndpointSlices({ ...input, slices }), { create: [], update: [], remove: [] }, where);
    }
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment, ReplicaSet } from '@coxswain/api';
import { aDeployment, aReplicaSet, aTemplate, randomHistories } from '../../testing/index.ts';
import { planDeployment } from './plan-deployment.ts';
import { rollingLimits } from './rolling-limits.ts';

/** ReplicaSets whose pods are just a list of readiness; a shrinking one drops pods that aren't ready first. */
class Model {
  readonly pods = new Map<string, boolean[]>();
  sets: ReplicaSet[] = [];

  resize(replicaSet: ReplicaSet, to: number): void {
    const pods = (this.pods.get(replicaSet.metadata.name) ?? []).sort((a, b) => Number(b) - Number(a)).slice(0, to);
    while (pods.length < to) pods.push(false);
    this.pods.set(replicaSet.metadata.name, pods);
    replicaSet.spec.replicas = to;
  }

  observe(): void {
    for (const replicaSet of this.sets) {
      const pods = this.pods.get(replicaSet.metadata.name) ?? [];
      const available = pods.filter(Boolean).length;
      const counts = { replicas: pods.length, readyReplicas: available, availableReplicas: available };
      replicaSet.status = { ...counts, observedGeneration: 1 };
    }
  }

  get total(): number {
    return [...this.pods.values()].reduce((sum, pods) => sum + pods.length, 0);
  }

  get available(): number {
    return [...this.pods.values()].reduce((sum, pods) => sum + pods.filter(Boolean).length, 0);
  }
}

function step(model: Model, deployment: Deployment, now: number): void {
  const plan = planDeployment({ deployment, replicaSets: model.sets, pods: [], now });
  if (plan.create) {
    const { replicas = 0 } = plan.create.spec;
    const metadata = {
      ...plan.create.metadata,
      uid: plan.create.metadata.name,
      creationTimestamp: new Date(now).toISOString(),
    };
    const created = { ...plan.create, metadata };
    model.sets.push(created);
    model.resize(created, replicas);
  }
  if (plan.update)
    model.sets = model.sets.map((at) => (at.metadata.name === plan.update?.metadata.name ? plan.update : at));
  for (const { replicaSet, to } of plan.scales) model.resize(replicaSet, to);
  deployment.status = plan.status;
}

const limits: [replicas: number, surge: number | string, unavailable: number | string][] = [
  [1, '25%', '25%'],
  [3, 1, 0],
  [4, 0, 1],
  [10, '25%', '25%'],
  [7, '50%', 2],
  [5, 0, 0],
];

for (const [replicas, maxSurge, maxUnavailable] of limits) {
  test(`rollout of ${replicas} with maxSurge ${maxSurge}, maxUnavailable ${maxUnavailable} stays within its limits`, () => {
    randomHistories(40, (random) => {
      const deployment = aDeployment({
        replicas,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
      });
      const { maxSurge: surge, maxUnavailable: unavailable } = rollingLimits(deployment);
      const model = new Model();
      const first = aReplicaSet(deployment, 'v1', { replicas, revision: 1 });
      model.sets.push(first);
      model.pods.set(first.metadata.name, Array(replicas).fill(true));
      model.observe();
      let version = 2;
      deployment.spec.template = aTemplate('v2');

      for (let round = 0; round < 60; round++) {
        if (random() < 0.05 && version < 5) deployment.spec.template = aTemplate(`v${++version}`);
        const before = model.available;
        step(model, deployment, Date.UTC(2026, 0, 1) + round * 1000);
        assert.ok(model.total <= replicas + surge, `round ${round}: ${model.total} pods`);
        const floor = Math.min(before, replicas - unavailable);
        assert.ok(model.available >= floor, `round ${round}: ${model.available} available of ${before}`);
        for (const pods of model.pods.values())
          for (let i = 0; i < pods.length; i++) pods[i] = pods[i] ? random() > 0.03 : random() < 0.4;
        model.observe();
      }
      // Left alone, it converges.
      for (let round = 0; round < 80; round++) {
        for (const pods of model.pods.values()) pods.fill(true);
        model.observe();
        step(model, deployment, Date.UTC(2026, 0, 2) + round * 1000);
      }
      const live = model.sets.filter(({ spec }) => (spec.replicas ?? 0) > 0);
      assert.equal(live.length, 1, `one ReplicaSet is left`);
      assert.equal(live[0]?.spec.template.spec.containers[0]?.image, `web:v${version}`);
      assert.equal(model.total, replicas);
    });
  });
}

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { admitPod } from './admit-pod.ts';
import { unenforceableAppArmor } from './app-armor.ts';

const asking = (cpu: string, memory = '0') =>
  buildPod('p', { containers: [buildContainer('c', { resources: { requests: { cpu, memory } } })] });

for (const [name, pod, others, allocatable, reason] of [
  ['fits', asking('500m'), [asking('500m')], { cpu: '1', pods: '110' }, undefined],
  ['too many pods', asking('0'), [asking('0')], { cpu: '1', pods: '1' }, 'OutOfpods'],
  ['too much CPU', asking('600m'), [asking('500m')], { cpu: '1', pods: '9' }, 'OutOfcpu'],
  ['too much memory', asking('0', '2Gi'), [], { cpu: '1', memory: '1Gi', pods: '9' }, 'OutOfmemory'],
  ['asks for nothing on a full node', asking('0'), [asking('2')], { cpu: '1', pods: '9' }, undefined],
] as const) {
  it(name, () => assert.equal(admitPod(pod, others, allocatable)?.reason, reason));
}

it('refuses what is not for this kind of node, or more than its disk', () => {
  assert.equal(admitPod(buildPod('w', { os: { name: 'windows' } }), [], {})?.reason, 'PodOSNotSupported');
  const resources = { requests: { 'ephemeral-storage': '3Gi' } };
  const pod = buildPod('big', { containers: [buildContainer('c', { resources })] });
  assert.equal(admitPod(pod, [], { 'ephemeral-storage': '5Gi' })?.reason, undefined);
  assert.equal(admitPod(pod, [pod], { 'ephemeral-storage': '5Gi' })?.reason, 'OutOfephemeral-storage');
});

it('needs AppArmor for profiles that confine', () => {
  const of = (type: string) =>
    buildPod('p', { containers: [buildContainer('c', { securityContext: { appArmorProfile: { type } } })] });
  assert.equal(unenforceableAppArmor(of('RuntimeDefault'), false)?.reason, 'AppArmor');
  assert.equal(unenforceableAppArmor(of('RuntimeDefault'), true), undefined);
  for (const pod of [of('Unconfined'), buildPod('q')]) assert.equal(unenforceableAppArmor(pod, false), undefined);
});

it('says how much there was', () => {
  assert.equal(
    admitPod(asking('600m'), [asking('500m')], { cpu: '1' })?.message,
    "Pod was rejected: Node didn't have enough resource: cpu, requested: 600, used: 500, capacity: 1000",
  );
});

const node = {
  metadata: { name: 'node-1', labels: { disk: 'ssd', cores: '8' } },
  spec: { taints: [{ key: 'gone', effect: 'NoExecute' }] },
};
const required = (key: string, operator: string, ...values: string[]) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
    },
  },
});
const tolerations = [{ operator: 'Exists' }];
const port = [buildContainer('c', { ports: [{ containerPort: 80, hostPort: 8080, protocol: 'TCP' }] })];

for (const [name, spec, reason] of [
  ['another node', { nodeName: 'node-2', tolerations }, 'NodeName'],
  ['a label that the node has', { nodeSelector: { disk: 'ssd' }, tolerations }, undefined],
  ['a label that it has not', { nodeSelector: { disk: 'hdd' }, tolerations }, 'NodeAffinity'],
  ['affinity that holds', { affinity: required('cores', 'Gt', '4'), tolerations }, undefined],
  ['affinity that does not', { affinity: required('disk', 'NotIn', 'ssd'), tolerations }, 'NodeAffinity'],
  ['a port that is taken', { containers: port, tolerations }, 'NodePorts'],
  ['a taint', {}, 'TaintToleration'],
] as const)
  it(`judges ${name}`, () => {
    const here = [buildPod('other', { containers: port })];
    assert.equal(admitPod(buildPod('p', spec as never), here, { pods: '9' }, node as never)?.reason, reason);
  });

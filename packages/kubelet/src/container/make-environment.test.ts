import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ConfigMap, Container, Secret, Service } from '@coxswain/api';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { ContainerConfigError, type EnvironmentInput, makeEnvironment } from './make-environment.ts';

const configMap: ConfigMap = { metadata: { name: 'cm' }, data: { HOST: 'db', 'bad=key': 'x' } };
const secret: Secret = { metadata: { name: 's' }, data: { PASS: Buffer.from('hunter2').toString('base64') } };
const service = (name: string, namespace: string, clusterIP: string, port: number): Service => ({
  metadata: { name, namespace },
  spec: { clusterIP, ports: [{ name: 'http', port, protocol: 'TCP' }] },
});

const input: EnvironmentInput = {
  hostIPs: ['192.0.2.1'],
  podIPs: ['10.244.0.5'],
  allocatable: { cpu: '2', memory: '4Gi' },
  services: [
    service('kubernetes', 'default', '10.96.0.1', 443),
    service('my-db', 'default', '10.96.0.7', 5432),
    service('other', 'elsewhere', '10.96.0.8', 1),
    service('headless', 'default', 'None', 1),
  ],
  references: {
    configMap: async (_, name) => (name === 'cm' ? configMap : undefined),
    secret: async (_, name) => (name === 's' ? secret : undefined),
  },
};

async function envOf(container: Partial<Container>, links = false) {
  const pod = buildPod('web', { enableServiceLinks: links }, { uid: 'u1', labels: { b: '2', a: '1' } });
  const { env, skipped } = await makeEnvironment(pod, buildContainer('main', container), input);
  const all = Object.fromEntries(env.map(({ key, value }) => [key, value]));
  return { all, skipped };
}

it('expands values from what was defined before', async () => {
  const { all } = await envOf({
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '$(A)-$(C)-$(KUBERNETES_SERVICE_HOST)' },
      { name: 'C', value: 'late' },
    ],
  });
  assert.deepEqual([all['B'], all['C']], ['1-$(C)-10.96.0.1', 'late']);
});

it('reads fields and resources', async () => {
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const { all } = await envOf({
    resources: { limits: { memory: '64Mi' }, requests: { cpu: '250m' } },
    env: [
      field('NAME', 'metadata.name'),
      field('LABELS', 'metadata.labels'),
      field('LABEL', "metadata.labels['a']"),
      field('IP', 'status.podIP'),
      field('HOST', 'status.hostIP'),
      { name: 'MEM', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
      { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'requests.cpu', divisor: '1m' } } },
      { name: 'CORES', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
    ],
  });
  const { NAME, LABELS, LABEL, IP, HOST, MEM, CPU, CORES } = all;
  assert.deepEqual(
    [NAME, LABELS, LABEL, IP, HOST, MEM, CPU, CORES],
    ['web', 'a="1"\nb="2"', '1', '10.244.0.5', '192.0.2.1', '64', '250', '2'],
  );
});

it('takes whole objects and single keys', async () => {
  const { all, skipped } = await envOf({
    envFrom: [{ prefix: 'P_', configMapRef: { name: 'cm' } }, { secretRef: { name: 's' } }],
    env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'PASS' } } }],
  });
  assert.deepEqual([all['P_HOST'], all['PASS'], all['KEY']], ['db', 'hunter2', 'hunter2']);
  assert.deepEqual(skipped, [{ source: 'ConfigMap default/cm', keys: ['bad=key'] }]);
});

it('gives service links where wanted', async () => {
  const without = await envOf({});
  assert.equal(without.all['KUBERNETES_SERVICE_PORT'], '443');
  assert.equal(without.all['MY_DB_SERVICE_HOST'], undefined);
  const { all } = await envOf({}, true);
  assert.equal(all['MY_DB_SERVICE_HOST'], '10.96.0.7');
  assert.equal(all['MY_DB_SERVICE_PORT_HTTP'], '5432');
  assert.equal(all['MY_DB_PORT'], 'tcp://10.96.0.7:5432');
  assert.equal(all['MY_DB_PORT_5432_TCP_ADDR'], '10.96.0.7');
  assert.equal(all['OTHER_SERVICE_HOST'], undefined);
  assert.equal(all['HEADLESS_SERVICE_HOST'], undefined);
});

for (const [name, container, message] of [
  ['config map', { envFrom: [{ configMapRef: { name: 'no' } }] }, 'configmap "no" not found'],
  ['secret', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'no', key: 'k' } } }] }, 'secret "no" not found'],
  [
    'key',
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cm', key: 'k' } } }] },
    "couldn't find key k in ConfigMap default/cm",
  ],
] as [string, Partial<Container>, string][]) {
  it(`refuses a missing ${name}`, () =>
    assert.rejects(envOf(container), (error) => error instanceof ContainerConfigError && error.message === message));
}

it('leaves optional ones out', async () => {
  const { all } = await envOf({
    envFrom: [{ configMapRef: { name: 'no', optional: true } }],
    env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'none', optional: true } } }],
  });
  assert.equal('A' in all, false);
});

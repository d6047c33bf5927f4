import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MetricSpec, newNotFound } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { aPod } from '../../testing/index.ts';
import { goSelector, type ProposalError, proposeReplicas } from './metric-proposals.ts';
import { MetricsApis } from './metrics-apis.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/default';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1/namespaces/default';
const value = (amount: string, name = '') => ({
  describedObject: { name },
  value: amount,
  timestamp: '2026-01-01T01:00:00Z',
});
const pods = ['p1', 'p2'].map((name) => {
  const pod = aPod({
    name,
    spec: {
      containers: [
        { name: 'main', resources: { requests: { cpu: '100m' } } },
        { name: 'helper', resources: { requests: { cpu: '400m' } } },
      ],
    },
  });
  return { ...pod, status: { ...pod.status, startTime: '2026-01-01T00:00:00Z' } };
});

function propose(spec: MetricSpec, answers: Record<string, unknown>, { replicas = 2, tolerance = 0.1 } = {}) {
  const client = new FakeApiClient();
  const asked: { path: string; query: unknown }[] = [];
  client.onRequest((_method, path, options) => {
    asked.push({ path, query: options?.query });
    if (path in answers) return answers[path] as object;
    throw newNotFound({ group: '', resource: 'metrics' }, path);
  });
  const proposal = proposeReplicas(spec, {
    metrics: new MetricsApis(client),
    namespace: 'default',
    selector: 'app=web',
    pods,
    specReplicas: replicas,
    statusReplicas: replicas,
    tolerances: { scaleUp: tolerance, scaleDown: tolerance },
    cpuInitializationPeriodMs: 0,
    initialReadinessDelayMs: 0,
    now: NOW,
    signal: AbortSignal.timeout(5_000),
    resourceOf: async ({ kind }) => (kind === 'Ingress' ? 'ingresses.networking.k8s.io' : `${kind.toLowerCase()}s`),
  });
  return { proposal, asked };
}

const usage = (main: string, helper: string) => ({
  items: pods.map(({ metadata }) => ({
    metadata,
    timestamp: '2026-01-01T01:00:00Z',
    window: '10s',
    containers: [
      { name: 'main', usage: { cpu: main } },
      { name: 'helper', usage: { cpu: helper } },
    ],
  })),
});
const PODS = '/apis/metrics.k8s.io/v1beta1/namespaces/default/pods';
const container = (target: object): MetricSpec => ({
  type: 'ContainerResource',
  containerResource: { name: 'cpu', container: 'main', target: { type: 'Utilization', ...target } },
});
const rate: MetricSpec = {
  type: 'Pods',
  pods: {
    metric: { name: 'rps', selector: { matchLabels: { verb: 'GET' } } },
    target: { type: 'AverageValue', averageValue: '10' },
  },
};
const object = (target: object): MetricSpec => ({
  type: 'Object',
  object: {
    metric: { name: 'hits' },
    describedObject: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'front' },
    target: { type: 'Value', ...target },
  },
});
const queue = (target: object): MetricSpec => ({
  type: 'External',
  external: {
    metric: { name: 'queue', selector: { matchLabels: { name: 'jobs' } } },
    target: { type: 'Value', ...target },
  },
});
const HITS = `${CUSTOM}/ingresses.networking.k8s.io/front/hits`;

const cases: [
  rule: string,
  spec: MetricSpec,
  answers: Record<string, unknown>,
  replicas: number,
  metric: string,
  current: object,
][] = [
  [
    'one container’s use of its own request',
    container({ averageUtilization: 50 }),
    { [PODS]: usage('100m', '1m') },
    4,
    'cpu container resource utilization (percentage of request)',
    { averageUtilization: 100, averageValue: '100m' },
  ],
  [
    'one container’s average',
    container({ averageValue: '50m' }),
    { [PODS]: usage('75m', '1m') },
    3,
    'cpu container resource',
    { averageValue: '75m' },
  ],
  [
    'a custom metric of the pods',
    rate,
    { [`${CUSTOM}/pods/*/rps`]: { items: [value('20', 'p1'), value('25', 'p2')] } },
    5,
    'pods metric rps',
    { averageValue: '22500m' },
  ],
  [
    'an object’s value, against the ready pods',
    object({ value: '100' }),
    { [HITS]: { items: [value('250')] } },
    5,
    'Ingress metric hits',
    { value: '250' },
  ],
  [
    'an object’s value within the tolerance',
    object({ value: '100' }),
    { [HITS]: { items: [value('109')] } },
    2,
    'Ingress metric hits',
    { value: '109' },
  ],
  [
    'an object’s value, shared among the replicas',
    object({ averageValue: '100' }),
    { [HITS]: { items: [value('301')] } },
    4,
    'Ingress metric hits',
    { averageValue: '150500m' },
  ],
  [
    'the sum of an external metric’s series',
    queue({ averageValue: '10' }),
    { [`${EXTERNAL}/queue`]: { items: [value('15'), value('16')] } },
    4,
    'external metric queue(&LabelSelector{MatchLabels:map[string]string{name: jobs,},MatchExpressions:[]LabelSelectorRequirement{},})',
    { averageValue: '15500m' },
  ],
  [
    'an external value that fell',
    queue({ value: '10' }),
    { [`${EXTERNAL}/queue`]: { items: [value('2')] } },
    1,
    'external metric queue(&LabelSelector{MatchLabels:map[string]string{name: jobs,},MatchExpressions:[]LabelSelectorRequirement{},})',
    { value: '2' },
  ],
];
for (const [rule, spec, answers, replicas, metric, current] of cases)
  test(rule, async () => {
    const found = await propose(spec, answers).proposal;
    assert.deepEqual([found.replicas, found.metric], [replicas, metric]);
    const { type, ...source } = found.status;
    assert.equal(type, spec.type);
    assert.deepEqual(Object.values(source)[0]?.current, current);
  });

const failures: [rule: string, spec: MetricSpec, answers: Record<string, unknown>, reason: string, message: string][] =
  [
    [
      'a container without metrics',
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'gone', target: { type: 'Utilization', averageUtilization: 5 } },
      },
      { [PODS]: usage('1m', '1m') },
      'FailedGetContainerResourceMetric',
      'failed to get cpu utilization: unable to get metrics for resource cpu: failed to get container metrics: container gone not present in metrics for pod default/p1',
    ],
    [
      'no custom metrics',
      rate,
      {},
      'FailedGetPodsMetric',
      'failed to get pods metric value: unable to get metric rps: unable to fetch metrics from custom metrics API: the server could not find the requested resource',
    ],
    [
      'no series',
      queue({ value: '1' }),
      { [`${EXTERNAL}/queue`]: { items: [] } },
      'FailedGetExternalMetric',
      'failed to get queue external metric value: unable to get external metric default/queue/&LabelSelector{MatchLabels:map[string]string{name: jobs,},MatchExpressions:[]LabelSelectorRequirement{},}: no metrics returned from external metrics API',
    ],
  ];
for (const [rule, spec, answers, reason, message] of failures)
  test(`${rule}: ${reason}`, () =>
    assert.rejects(propose(spec, answers).proposal, (error: ProposalError) => {
      assert.deepEqual([error.reason, error.message], [reason, message]);
      return true;
    }));

test('selectors are sent along', async () => {
  const path = `${CUSTOM}/pods/*/rps`;
  const { proposal, asked } = propose(rate, { [path]: { items: [value('10', 'p1'), value('10', 'p2')] } });
  assert.equal((await proposal).replicas, 2);
  assert.deepEqual(asked, [{ path, query: { labelSelector: 'app=web', metricLabelSelector: 'verb=GET' } }]);
  assert.equal(goSelector(undefined), 'nil');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Framework } from '../framework/framework.ts';
import { testHandle } from '../testing/index.ts';
import { parseConfiguration } from './load-configuration.ts';
import { profilePlugins } from './profile-plugins.ts';

const HEAD = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';
const parse = (text: string) => parseConfiguration(HEAD + text);

/** The plugins of the first profile, with their weight if it isn't 1. */
function plugins(text: string): string[] {
  const entries = profilePlugins(parse(text).profiles[0] ?? {});
  return entries.map(({ factory, weight = 1 }) => {
    const { name } = factory(testHandle());
    return weight === 1 ? name : `${name}=${weight}`;
  });
}

test('an empty file means upstream’s defaults', () => {
  const { profiles, percentageOfNodesToScore, podInitialBackoffMs, podMaxBackoffMs } = parse('');
  assert.deepEqual([profiles, percentageOfNodesToScore, podInitialBackoffMs, podMaxBackoffMs], [[{}], 0, 1000, 10_000]);
  assert.ok(plugins('').includes('TaintToleration=3'));
});

test('all that is read', () => {
  const { leaderElection, kubeconfig, extenders, profiles } = parse(`
clientConnection: {kubeconfig: /etc/k, qps: 50, burst: 100}
leaderElection: {leaderElect: false, leaseDuration: 30s, resourceName: other}
podInitialBackoffSeconds: 2
profiles:
- schedulerName: packed
  percentageOfNodesToScore: 30
  pluginConfig:
  - name: NodeResourcesFit
    args: {scoringStrategy: {type: MostAllocated}}
extenders:
- {urlPrefix: http://127.0.0.1:8888/s, filterVerb: filter, httpTimeout: 1s, managedResources: [{name: x.io/y, ignoredByScheduler: true}]}
`);
  assert.deepEqual(leaderElection, { leaderElect: false, leaseDurationMs: 30_000, resourceName: 'other' });
  assert.equal(kubeconfig, '/etc/k');
  assert.deepEqual([extenders[0]?.filterVerb, extenders[0]?.httpTimeoutMs], ['filter', 1000]);
  assert.deepEqual([profiles[0]?.schedulerName, profiles[0]?.percentageOfNodesToScore], ['packed', 30]);
});

test('plugins are disabled, enabled and weighed', () => {
  const set = (text: string) => plugins(`profiles:\n- plugins: ${text}`);
  assert.ok(set('{score: {enabled: [{name: ImageLocality, weight: 5}]}}').includes('ImageLocality=5'));
  assert.ok(!set('{multiPoint: {disabled: [{name: ImageLocality}]}}').includes('ImageLocality'));
  const few = '{multiPoint: {disabled: [{name: "*"}], enabled: [{name: PrioritySort}, {name: DefaultBinder}]}}';
  assert.deepEqual(set(few), ['PrioritySort', 'DefaultBinder']);
});

test('a plugin without one of its extension points keeps the others', () => {
  const [profile = {}] = parse('profiles:\n- plugins: {score: {disabled: [{name: "*"}]}}').profiles;
  const { plugins: built } = new Framework('s', profilePlugins(profile), testHandle());
  assert.equal(built.filter(({ score }) => score).length, 0);
  assert.ok(built.find(({ name }) => name === 'InterPodAffinity')?.filter);
});

for (const [text, message] of [
  ['percentageOfNodesToScore: 101', /percentageOfNodesToScore: Invalid value: 101: not in valid range \[0-100\]/],
  ['profile: []', /strict decoding error: unknown field "profile"/],
  [
    'profiles: [{plugins: {score: {enabled: [{name: Nope}]}}}]',
    /profiles\[0\].plugins.score.enabled\[0\].name.*"Nope"/,
  ],
  ['profiles: [{pluginConfig: [{name: NodeAffinity, args: {x: 1}}]}]', /unknown field ".*args\.x"/],
  ['profiles: [{schedulerName: a}, {schedulerName: a}]', /Duplicate value: "a"/],
  ['podMaxBackoffSeconds: 1\npodInitialBackoffSeconds: 5', /podMaxBackoffSeconds/],
  ['leaderElection: {leaseDuration: soon}', /leaderElection.leaseDuration: Invalid value/],
] as const) {
  test(`refused: ${text}`, () => assert.throws(() => parse(text), message));
}

test('another kind is refused', () => {
  assert.throws(
    () => parseConfiguration('apiVersion: v1\nkind: Pod\n'),
    /no kind "Pod" is registered for version "v1"/,
  );
});

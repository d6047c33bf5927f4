import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploymentKind, leaseKind, podKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { parseFlags, silentLogger, UsageError } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { FLAGS, optionsFromFlags } from './flags.ts';
import { isControllerEnabled } from './is-controller-enabled.ts';
import { runControllerManager } from './run-controller-manager.ts';
import { aDeployment, serveDiscovery } from './testing/index.ts';

const options = (...argv: string[]) => optionsFromFlags(parseFlags(FLAGS, ['--secure-port=0', ...argv]).flags);

test('the leader runs the controllers and gives the lease back at the end; a second one takes over', async () => {
  const client = new FakeApiClient();
  serveDiscovery(client);
  const start = (identity: string) => {
    const controller = new AbortController();
    const settings = options('--leader-elect-retry-period=50ms');
    const leaderElection = { ...settings.leaderElection, identity };
    const running = runControllerManager(
      { ...settings, leaderElection, client, log: silentLogger() },
      controller.signal,
    );
    return {
      stop: async () => {
        controller.abort(new Error('test is over'));
        await running.catch(() => {});
      },
    };
  };
  const holder = () => client.object(leaseKind, 'kube-system/kube-controller-manager')?.spec.holderIdentity;
  const first = start('first');
  await eventually(() => assert.equal(holder(), 'first'));
  client.add(deploymentKind, aDeployment());
  await eventually(() => assert.equal(client.objects(podKind).length, 3));
  const second = start('second');
  await first.stop();
  await eventually(() => assert.equal(holder(), 'second'));
  client.change(deploymentKind, 'default/web', ({ metadata, spec }) => {
    spec.replicas = 5;
    metadata.generation = 2;
  });
  await eventually(() => assert.equal(client.objects(podKind).length, 5));
  await second.stop();
  client.close();
});

test('--controllers by name, by alias, and none that is unknown', async () => {
  const deployment = { name: 'deployment-controller', alias: 'deployment' };
  const rows: [string[], boolean][] = [
    [['*'], true],
    [['*', '-deployment'], false],
    [['*', '-deployment-controller'], false],
    [['deployment'], true],
    [['replicaset'], false],
  ];
  for (const [list, expected] of rows) assert.equal(isControllerEnabled(deployment, list), expected, list.join());
  const settings = options('--controllers=*,-nonsense', '--leader-elect=false');
  const running = runControllerManager(
    { ...settings, client: new FakeApiClient(), log: silentLogger() },
    AbortSignal.abort(),
  );
  await assert.rejects(running, new UsageError('"nonsense" is not in the list of known controllers'));
});

test('flags are upstream’s', () => {
  const { clusterCidrs, leaderElection, nodeMonitorGracePeriodMs, concurrency } = options(
    '--cluster-cidr=10.244.0.0/16',
    '--allocate-node-cidrs',
    '--service-cluster-ip-range=10.96.0.0/12',
    '--node-monitor-grace-period=16s',
    '--concurrent-deployment-syncs=9',
    '--leader-elect=false',
  );
  assert.deepEqual(clusterCidrs, ['10.244.0.0/16']);
  assert.equal(leaderElection, undefined);
  assert.equal(nodeMonitorGracePeriodMs, 16_000);
  assert.equal(concurrency.deployment, 9);
  assert.throws(() => options('--allocate-node-cidrs'), UsageError);
  assert.throws(() => options('--cluster-cidr=10.244.0.0/28'), UsageError);
});

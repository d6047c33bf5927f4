import assert from 'node:assert/strict';
import { it } from 'node:test';
import { optionsFromFlags } from './options-from-flags.ts';

const file = (more: object) => ({ apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration', ...more });

it('takes upstream’s defaults', () => {
  const options = optionsFromFlags([]);
  assert.equal(options.evictionHard[0], 'memory.available<100Mi');
  assert.equal(options.containerLogMaxSize, '10Mi');
  assert.equal(options.evictionPressureTransitionPeriod, 300_000);
});

it('lets flags win over the configuration file', () => {
  const options = optionsFromFlags(
    ['--max-pods=7', '--cluster-dns', '10.0.0.1'],
    file({
      maxPods: 9,
      clusterDNS: ['10.96.0.10'],
      clusterDomain: 'here',
      evictionHard: { 'memory.available': '1Gi', 'nodefs.available': '5%' },
      evictionSoftGracePeriod: { 'memory.available': '1m' },
      imageMinimumGCAge: '5m',
      staticPodPath: '/manifests',
      staticPodURLHeader: { 'X-Who': ['me'] },
      authentication: { x509: { clientCAFile: '/ca' } },
      registerWithTaints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }],
      featureGates: { Some: true },
    }),
  );
  assert.deepEqual(
    [options.maxPods, options.clusterDns, options.clusterDomain, options.imageMinimumGCAge, options.staticPodPath],
    [7, ['10.0.0.1'], 'here', 300_000, '/manifests'],
  );
  assert.deepEqual(options.evictionHard, ['memory.available<1Gi', 'nodefs.available<5%']);
  assert.deepEqual(options.evictionSoftGracePeriod, { 'memory.available': '1m' });
  assert.deepEqual(options.staticPodURLHeader, { 'X-Who': 'me' });
  assert.deepEqual(options.registerWithTaints, [{ key: 'k', value: 'v', effect: 'NoSchedule' }]);
  assert.equal(options.clientCaFile, '/ca');
});

for (const argv of [
  ['--cgroup-driver=x'],
  ['--image-gc-low-threshold=90'],
  ['--container-log-max-files=1'],
  ['--register-with-taints=k'],
])
  it(`refuses ${argv}`, () => assert.throws(() => optionsFromFlags(argv)));

it('refuses another kind of file', () => {
  assert.throws(() => optionsFromFlags([], { kind: 'Pod' }), /wants a KubeletConfiguration/);
});

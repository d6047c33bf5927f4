import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PodSpec } from '@coxswain/api';
import { buildPod } from '../testing/build-pod.ts';
import { parseResolvConf, podDns, podHostname } from './dns-config.ts';
import { renderEtcHosts } from './etc-hosts.ts';

const node = parseResolvConf('# node\nnameserver 192.0.2.53\nsearch lan.\noptions timeout:1 rotate\n');
const cluster = { servers: ['10.96.0.10'], domain: 'cluster.local', node };
const clusterSearches = ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'lan'];

for (const [name, spec, want] of [
  ['ClusterFirst', {}, [['10.96.0.10'], clusterSearches, ['ndots:5']]],
  ['ClusterFirst on the host network', { hostNetwork: true }, [['192.0.2.53'], ['lan'], ['timeout:1', 'rotate']]],
  [
    'ClusterFirstWithHostNet',
    { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' },
    [['10.96.0.10'], clusterSearches, ['ndots:5']],
  ],
  ['Default', { dnsPolicy: 'Default' }, [['192.0.2.53'], ['lan'], ['timeout:1', 'rotate']]],
  [
    'None with its own settings',
    {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['1.1.1.1'], searches: ['x'], options: [{ name: 'ndots', value: '2' }] },
    },
    [['1.1.1.1'], ['x'], ['ndots:2']],
  ],
  [
    'ClusterFirst with an option changed',
    { dnsConfig: { options: [{ name: 'ndots', value: '1' }, { name: 'edns0' }] } },
    [['10.96.0.10'], clusterSearches, ['ndots:1', 'edns0']],
  ],
] as [string, Partial<PodSpec>, [string[], string[], string[]]][]) {
  it(`resolves by ${name}`, () => {
    const { servers, searches, options } = podDns(buildPod('p', spec), cluster);
    assert.deepEqual([servers, searches, options], want);
  });
}

it('names the pod', () => {
  const of = (spec: Partial<PodSpec>, name = 'web-0') => podHostname(buildPod(name, spec), 'cluster.local');
  assert.deepEqual(of({}), { hostname: 'web-0', domain: '' });
  assert.deepEqual(of({ subdomain: 'web' }), { hostname: 'web-0', domain: 'web.default.svc.cluster.local' });
  assert.equal(
    of({ hostname: 'h', subdomain: 's', setHostnameAsFQDN: true }).hostname,
    'h.s.default.svc.cluster.local',
  );
  assert.equal(of({}, `${'a'.repeat(62)}-b`).hostname, 'a'.repeat(62));
});

it('writes the hosts file', () => {
  const text = renderEtcHosts(['10.244.0.5'], 'web-0', 'web.default.svc.cluster.local', [
    { ip: '10.1.2.3', hostnames: ['foo.local', 'bar.local'] },
  ]);
  assert.match(text, /^10\.244\.0\.5\tweb-0\.web\.default\.svc\.cluster\.local\tweb-0$/m);
  assert.match(text, /\n\n# Entries added by HostAliases\.\n10\.1\.2\.3\tfoo\.local\tbar\.local\n$/);
});

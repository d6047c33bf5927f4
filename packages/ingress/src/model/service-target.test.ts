import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Service } from '@coxswain/api';
import { readClusterNames } from './cluster-names.ts';
import { localNames } from './service-target.ts';

function service(name: string, clusterIP: string, ports: readonly Record<string, unknown>[], type = 'ClusterIP') {
  return { metadata: { name, namespace: 'shop' }, spec: { type, clusterIP, ports } } as unknown as Service;
}

const names = { resolver: '10.96.0.10', domain: 'cluster.local' };
const shown = (services: readonly Service[], where: typeof names | undefined = names) =>
  [...localNames(services, where)].map(([name, { scheme, host, port }]) => `${name} ${scheme}://${host}:${port}`);

suite('localNames', () => {
  const cases: readonly (readonly [string, Service, readonly string[]])[] = [
    ['the only port', service('web', '10.96.0.1', [{ port: 8080 }]), ['web.shop.localhost http://10.96.0.1:8080']],
    [
      'http rather than the first, and each of several by name and number',
      service('web', '10.96.0.1', [
        { name: 'admin', port: 81 },
        { name: 'http', port: 80 },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ]),
      [
        '80.web.shop.localhost http://10.96.0.1:80',
        '81.web.shop.localhost http://10.96.0.1:81',
        'admin.web.shop.localhost http://10.96.0.1:81',
        'http.web.shop.localhost http://10.96.0.1:80',
        'web.shop.localhost http://10.96.0.1:80',
      ],
    ],
    [
      'TLS by its port’s name',
      service('api', '10.96.0.2', [{ name: 'https', port: 8443 }]),
      ['api.shop.localhost https://10.96.0.2:8443'],
    ],
    [
      'a headless one by its pods’ own port',
      service('db', 'None', [{ port: 80, targetPort: 8080 }]),
      ['db.shop.localhost http://db.shop.svc.cluster.local:8080'],
    ],
    ['none without TCP', service('dns', '10.96.0.3', [{ port: 53, protocol: 'UDP' }]), []],
    ['none of type ExternalName', service('away', '', [{ port: 80 }], 'ExternalName'), []],
  ];
  for (const [title, asked, want] of cases) test(title, () => assert.deepEqual(shown([asked]), want));

  test('headless ones are unknown outside a pod', () => {
    assert.deepEqual([...localNames([service('db', 'None', [{ port: 80 }])], undefined)], []);
  });
});

test('what a pod’s resolv.conf says', () => {
  const text = (search: string) => `nameserver 10.96.0.10\nsearch ${search}\noptions ndots:5\n`;
  const inPod = text('kube-system.svc.cluster.local svc.cluster.local cluster.local');
  assert.deepEqual(readClusterNames(inPod), names);
  assert.deepEqual(readClusterNames(text('shop.svc.a.example svc.a.example a.example lan'))?.domain, 'a.example');
  assert.equal(readClusterNames(text('lan')), undefined);
  assert.equal(readClusterNames('search svc.cluster.local cluster.local\n'), undefined);
});

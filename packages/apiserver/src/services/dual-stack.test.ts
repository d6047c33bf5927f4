import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { TestApiserver } from '../testing/test-apiserver.ts';

const URL = '/api/v1/namespaces/default/services';
const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses';
const MERGE = { 'content-type': 'application/merge-patch+json' };

let dual: TestApiserver;
let single: TestApiserver;
before(async () => {
  dual = await new TestApiserver({ serviceRange: '10.96.0.0/24,fd00:96::/116' }).ready();
  single = await new TestApiserver().ready();
});
after(() => Promise.all([dual.close(), single.close()]));

const create = (server: TestApiserver, name: string, spec: object) =>
  server.request('POST', URL, { body: { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } } });
const patch = (name: string, spec: object) =>
  dual.request('PATCH', `${URL}/${name}`, { body: { spec }, headers: MERGE });
const familyOf = (address: string) => (address.includes(':') ? 'IPv6' : address === 'None' ? 'None' : 'IPv4');
/** Families of the addresses, families, and policy. */
const shape = ({ spec }: { spec: { clusterIPs?: string[]; ipFamilies?: string[]; ipFamilyPolicy?: string } }) =>
  `${(spec.clusterIPs ?? []).map(familyOf)} ${spec.ipFamilies} ${spec.ipFamilyPolicy}`;
const claimed = async (server: TestApiserver) =>
  (await server.request('GET', ADDRESSES)).json.items.map((one: { metadata: { name: string } }) => one.metadata.name);

/** Of an expected answer that is no error. */
const SHAPE = /^(None|IPv[46](,IPv[46])?)? (IPv[46]|undefined)/;
const V6 = { ipFamilies: ['IPv6'] };
const PREFER = { ipFamilyPolicy: 'PreferDualStack' };
const REQUIRE = { ipFamilyPolicy: 'RequireDualStack' };
const SINGLE = { ipFamilyPolicy: 'SingleStack' };
const HEADLESS = { clusterIP: 'None' };

suite('what a new Service gets', () => {
  const rows: readonly (readonly [spec: object, onDual: string, onSingle: string])[] = [
    [{}, 'IPv4 IPv4 SingleStack', 'IPv4 IPv4 SingleStack'],
    [V6, 'IPv6 IPv6 SingleStack', 'ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
    [PREFER, 'IPv4,IPv6 IPv4,IPv6 PreferDualStack', 'IPv4 IPv4 PreferDualStack'],
    [{ ...PREFER, ...V6 }, 'IPv6,IPv4 IPv6,IPv4 PreferDualStack', 'not configured on this cluster'],
    [REQUIRE, 'IPv4,IPv6 IPv4,IPv6 RequireDualStack', 'this cluster is not configured for dual-stack services'],
    [
      { ipFamilies: ['IPv6', 'IPv4'] },
      'IPv6,IPv4 IPv6,IPv4 RequireDualStack',
      'not configured for dual-stack services',
    ],
    [{ clusterIP: 'fd00:96::5', ...PREFER }, 'IPv6,IPv4 IPv6,IPv4 PreferDualStack', 'not configured on this cluster'],
    [{ clusterIPs: ['10.96.0.77', 'fd00:96::6'] }, 'IPv4,IPv6 IPv4,IPv6 RequireDualStack', 'not configured for'],
    [{ ...HEADLESS, selector: { a: 'b' } }, 'None IPv4 SingleStack', 'None IPv4 SingleStack'],
    [{ ...HEADLESS, selector: { a: 'b' }, ...PREFER }, 'None IPv4,IPv6 PreferDualStack', 'None IPv4 PreferDualStack'],
    [HEADLESS, 'None IPv4,IPv6 RequireDualStack', 'None IPv4,IPv6 RequireDualStack'],
    [{ type: 'ExternalName', externalName: 'a.b' }, ' undefined undefined', ' undefined undefined'],
    [{ ...SINGLE, ipFamilies: ['IPv4', 'IPv6'] }, 'must be RequireDualStack or PreferDualStack', 'must be Require'],
    [{ ...SINGLE, clusterIPs: ['10.96.0.78', 'fd00:96::7'] }, 'when multiple cluster IPs are specified', 'multiple'],
    [{ ipFamilies: ['IPv4', 'IPv4'] }, 'spec.ipFamilies[1]: Duplicate value: "IPv4"', 'Duplicate value'],
    [{ ipFamilies: ['IPv5'] }, 'Unsupported value: "IPv5": supported values: "IPv4", "IPv6"', 'Unsupported value'],
    [{ clusterIPs: ['10.96.0.8', '10.96.0.9'] }, 'may specify no more than one IP for each IP family', 'no more than'],
    [{ clusterIPs: ['10.96.0.8', 'fd00:96::8', 'fd00:96::9'] }, 'may only hold up to 2 values', 'up to 2'],
    [
      { clusterIP: '10.96.0.8', ipFamilies: ['IPv6'] },
      'expected an IPv6 value as indicated by `ipFamilies[0]`',
      'IPv6',
    ],
    [{ clusterIP: 'fd00:97::1' }, 'the provided IP (fd00:97::1) is not in the valid range', 'not configured'],
    [{ clusterIP: 'FD00:96:0::0005', ipFamilies: ['IPv6'] }, 'provided IP is already allocated', 'not configured'],
  ];
  for (const [index, [spec, onDual, onSingle]] of rows.entries())
    test(JSON.stringify(spec), async () => {
      for (const [server, expected] of [
        [dual, onDual],
        [single, onSingle],
      ] as const) {
        const { code, json } = await create(server, `s${index}`, spec);
        const actual = code === 201 ? shape(json) : json.message;
        assert.ok(actual.includes(expected) && (code === 201) === SHAPE.test(expected), `${code} ${actual}`);
      }
    });

  test('nothing refused has kept an address', async () => {
    const { items } = (await dual.request('GET', '/api/v1/services')).json;
    const held = items.flatMap(({ spec }: { spec: { clusterIPs?: string[] } }) =>
      (spec.clusterIPs ?? []).filter((address) => address !== 'None'),
    );
    assert.deepEqual((await claimed(dual)).sort(), held.sort());
  });
});

suite('a Service changes its families', () => {
  test('up to both and down again: the first address stays, the second is given back', async () => {
    const made = (await create(dual, 'updown', {})).json.spec;
    const up = (await patch('updown', PREFER)).json;
    assert.equal(shape(up), 'IPv4,IPv6 IPv4,IPv6 PreferDualStack');
    assert.equal(up.spec.clusterIPs[0], made.clusterIP);
    const second = up.spec.clusterIPs[1];
    assert.ok((await claimed(dual)).includes(second));
    assert.match(
      (await patch('updown', { clusterIPs: [made.clusterIP, 'fd00:96::e'] })).json.message,
      /clusterIPs\[1\].*may not change once set/,
    );
    assert.match(
      (await patch('updown', { clusterIPs: [made.clusterIP] })).json.message,
      /must be set to `SingleStack` when releasing/,
    );
    const down = (await patch('updown', SINGLE)).json;
    assert.equal(shape(down), 'IPv4 IPv4 SingleStack');
    assert.equal(down.spec.clusterIP, made.clusterIP);
    assert.ok(!(await claimed(dual)).includes(second));
  });

  test('the first family stays', async () => {
    await create(dual, 'first', {});
    assert.match((await patch('first', V6)).json.message, /expected an IPv6 value|may not change once set/);
    assert.match(
      (await patch('first', { ipFamilies: ['IPv6', 'IPv4'], ...REQUIRE })).json.message,
      /ipFamilies|IPv6 value/,
    );
  });

  test('to ExternalName all addresses are given back, and both come again', async () => {
    const made = (await create(dual, 'away', REQUIRE)).json.spec.clusterIPs;
    const away = await patch('away', { type: 'ExternalName', externalName: 'a.b' });
    assert.equal(shape(away.json), ' undefined undefined');
    for (const address of made) assert.ok(!(await claimed(dual)).includes(address));
    const back = await patch('away', { type: 'ClusterIP', externalName: null, ...REQUIRE });
    assert.equal(shape(back.json), 'IPv4,IPv6 IPv4,IPv6 RequireDualStack');
  });
});

test('when the second range is full nothing of the first is kept', async () => {
  const small = await new TestApiserver({ serviceRange: '10.96.0.0/24,fd00:96::/126' }).ready();
  try {
    const codes: number[] = [];
    for (let i = 0; i < 4; i++) codes.push((await create(small, `s${i}`, REQUIRE)).code);
    assert.deepEqual(codes, [201, 201, 201, 422]);
    const refused = await create(small, 'preferring', PREFER);
    assert.match(refused.json.message, /failed to allocate a serviceIP: range is full/);
    assert.equal((await claimed(small)).length, 1 + 3 * 2, 'with that of the Service kubernetes');
    assert.equal((await create(small, 'four', {})).code, 201);
    for (const name of ['s0', 's1', 's2', 'four']) await small.request('DELETE', `${URL}/${name}`);
    assert.deepEqual(await claimed(small), ['10.96.0.1']);
  } finally {
    await small.close();
  }
});

test('the Service of the apiserver is of the primary family, the ServiceCIDR shows both', async () => {
  assert.equal(shape((await dual.request('GET', `${URL}/kubernetes`)).json), 'IPv4 IPv4 SingleStack');
  const { spec } = (await dual.request('GET', '/apis/networking.k8s.io/v1/servicecidrs/kubernetes')).json;
  assert.deepEqual(spec.cidrs, ['10.96.0.0/24', 'fd00:96::/116']);
  const six = await new TestApiserver({ serviceRange: 'fd00:96::/124,10.96.0.0/24' }).ready();
  try {
    const { spec } = (await six.request('GET', `${URL}/kubernetes`)).json;
    assert.deepEqual([spec.clusterIPs, spec.ipFamilies], [['fd00:96::1'], ['IPv6']]);
    assert.equal(shape((await create(six, 'a', {})).json), 'IPv6 IPv6 SingleStack');
  } finally {
    await six.close();
  }
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { encodeRefusal, encodeResponse, MAX_UDP_SIZE, type Response } from './encode-response.ts';
import { decodeQuery, type Query } from './query.ts';

interface Asked {
  readonly name?: string;
  readonly type?: dnsPacket.RecordType;
  readonly edns?: { readonly size?: number; readonly version?: number; readonly dnssec?: boolean };
}

function queryBytes({ name = 'web.default.svc.cluster.local', type = 'A', edns }: Asked = {}): Buffer {
  const opt: dnsPacket.OptAnswer = {
    type: 'OPT',
    name: '.',
    udpPayloadSize: edns?.size ?? 4096,
    extendedRcode: 0,
    ednsVersion: edns?.version ?? 0,
    flags: edns?.dnssec ? dnsPacket.DNSSEC_OK : 0,
    flag_do: edns?.dnssec ?? false,
    options: [],
  };
  return dnsPacket.encode({
    type: 'query',
    id: 4711,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name, type }],
    additionals: edns ? [opt] : [],
  });
}

function query(asked: Asked = {}): Query {
  const decoded = decodeQuery(queryBytes(asked));
  assert.equal(decoded.kind, 'query');
  return (decoded as { query: Query }).query;
}

const addresses = (count: number): Response => ({
  rcode: 'NOERROR',
  authoritative: true,
  answers: Array.from({ length: count }, (_, index) => ({
    name: 'web.default.svc.cluster.local',
    type: 'A',
    ttl: 5,
    data: `10.0.${index >> 8}.${index & 255}`,
  })),
});

const isSrv = (answer: dnsPacket.Answer): answer is dnsPacket.SrvAnswer => answer.type === 'SRV';

suite('decodeQuery', () => {
  test('reads the question and what the client says of itself', () => {
    const read = query({ name: 'WeB.default', type: 'SRV', edns: { size: 1400, dnssec: true } });
    assert.deepEqual(
      { ...read, question: read.question.length },
      {
        id: 4711,
        recursionDesired: true,
        checkingDisabled: false,
        name: 'WeB.default',
        type: 'SRV',
        question: 17,
        edns: { version: 0, udpSize: 1400, dnssec: true },
      },
    );
  });

  const twoQuestions = queryBytes();
  twoQuestions.writeUInt16BE(2, 4);
  const update = queryBytes();
  update[2] = 5 << 3;
  const answered = queryBytes();
  answered[2] = 0x80;
  const pointer = Buffer.concat([queryBytes().subarray(0, 12), Buffer.from([0xc0, 0x0c, 0, 1, 0, 1])]);
  const dotted = Buffer.concat([queryBytes().subarray(0, 12), Buffer.from([3, 0x61, 0x2e, 0x62, 0, 0, 1, 0, 1])]);
  const chaos = queryBytes({ name: 'version.bind', type: 'TXT' });
  chaos.writeUInt16BE(3, chaos.length - 2);
  const cases: readonly (readonly [string, Buffer, string])[] = [
    ['nothing', Buffer.alloc(0), 'drop'],
    ['half a header', queryBytes().subarray(0, 11), 'drop'],
    ['a response', answered, 'drop'],
    ['two questions', twoQuestions, 'FORMERR'],
    ['a name that runs out', queryBytes().subarray(0, 20), 'FORMERR'],
    ['a name that points to itself', pointer, 'FORMERR'],
    ['a dot inside a label', dotted, 'FORMERR'],
    ['an update', update, 'NOTIMP'],
    ['another class', chaos, 'REFUSED'],
  ];
  for (const [what, bytes, expected] of cases)
    test(`${what}: ${expected}`, () => {
      const decoded = decodeQuery(bytes);
      assert.equal(decoded.kind === 'refuse' ? decoded.rcode : decoded.kind, expected);
    });

  test('never throws, and what it refuses can be told so', () => {
    const mutated = fc
      .tuple(fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 8 }), fc.nat(60))
      .map(([changes, length]) => {
        const bytes = queryBytes({ edns: {} });
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        return bytes.subarray(0, length + 10);
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 }).map(Buffer.from)), (bytes) => {
        const decoded = decodeQuery(bytes);
        if (decoded.kind === 'refuse') {
          const refusal = encodeRefusal(decoded.id, decoded.rcode, decoded.question);
          assert.equal(refusal.readUInt16BE(0), bytes.readUInt16BE(0));
          dnsPacket.decode(refusal);
        }
        if (decoded.kind === 'query') dnsPacket.decode(encodeResponse(decoded.query, addresses(1), 'udp'));
      }),
      { numRuns: 2000 },
    );
  });
});

suite('encodeResponse', () => {
  test('repeats the question as asked and points back to it', () => {
    const asked = query();
    const bytes = encodeResponse(asked, addresses(2), 'udp');
    const read = dnsPacket.decode(bytes);
    assert.deepEqual(
      [read.id, read.flag_aa, read.flag_rd, read.flag_ra, read.flag_tc, read.questions?.[0]?.name],
      [4711, true, true, true, false, 'web.default.svc.cluster.local'],
    );
    assert.deepEqual(
      read.answers?.map((answer) => [answer.name, 'data' in answer && answer.data]),
      [
        ['web.default.svc.cluster.local', '10.0.0.0'],
        ['web.default.svc.cluster.local', '10.0.0.1'],
      ],
    );
    assert.equal(bytes.length, 12 + asked.question.length + 2 * 16);
  });

  const sizes: readonly (readonly [string, Asked, 'udp' | 'tcp', number, boolean])[] = [
    ['classic client', {}, 'udp', 512, true],
    ['EDNS client', { edns: { size: 4096 } }, 'udp', MAX_UDP_SIZE, true],
    ['EDNS client that claims less than 512', { edns: { size: 100 } }, 'udp', 512, true],
    ['TCP client', {}, 'tcp', 65_535, false],
  ];
  for (const [who, asked, transport, limit, cut] of sizes)
    test(`200 addresses to a ${who}: ${cut ? 'cut' : 'whole'}`, () => {
      const bytes = encodeResponse(query(asked), addresses(200), transport);
      const read = dnsPacket.decode(bytes);
      assert.equal(read.flag_tc, cut);
      assert.ok(bytes.length <= limit, `${bytes.length} bytes`);
      assert.equal(read.answers?.length === 200, !cut);
      assert.ok((read.answers?.length ?? 0) > 0);
    });

  test('a client that speaks EDNS gets it back, and an extended code with it', () => {
    const read = dnsPacket.decode(
      encodeResponse(query({ edns: { version: 1, dnssec: true } }), { rcode: 'BADVERS', authoritative: false }, 'udp'),
    );
    const opt = read.additionals?.[0] as dnsPacket.OptAnswer;
    assert.deepEqual([opt.type, opt.extendedRcode, opt.ednsVersion, opt.flag_do], ['OPT', 1, 0, true]);
    assert.equal((read as { rcode?: string }).rcode, 'NOERROR');
  });

  test('records of every kind that we make can be read', () => {
    const data: readonly (readonly [string, unknown])[] = [
      ['A', '10.0.0.1'],
      ['AAAA', 'fd00::1'],
      ['CNAME', 'a.example'],
      ['PTR', 'a.example'],
      ['NS', 'a.example'],
      ['SRV', { priority: 0, weight: 100, port: 80, target: 'a.example' }],
      ['TXT', ['1.1.0']],
      ['SOA', { mname: 'a', rname: 'b', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 }],
    ];
    const answers = data.map(([type, value]) => ({ name: 'other.example', type, ttl: 7, data: value }));
    const read = dnsPacket.decode(encodeResponse(query(), { rcode: 'NOERROR', authoritative: true, answers }, 'udp'));
    assert.deepEqual(
      read.answers?.map(({ type, name }) => [type, name]),
      data.map(([type]) => [type, 'other.example']),
    );
    assert.deepEqual((read.answers ?? []).find(isSrv)?.data, data[5]?.[1]);
  });
});

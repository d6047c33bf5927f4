import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dnsPacket from 'dns-packet';
import { encodeResponse } from './encode-response.ts';
import { decodeQuery } from './query.ts';
import { shuffleAnswers } from './shuffle-answers.ts';

const NAME = 'many.default.svc.cluster.local';

function respond(type: 'A' | 'AAAA', addresses: readonly string[]): Buffer {
  const decoded = decodeQuery(
    dnsPacket.encode({
      type: 'query',
      id: 7,
      questions: [{ type, name: NAME }],
      additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 1232 } as never],
    }),
  );
  assert.equal(decoded.kind, 'query');
  const answers = addresses.map((data) => ({ name: NAME, type, ttl: 5, data }));
  return encodeResponse(decoded.query, { rcode: 'NOERROR', authoritative: true, answers }, 'udp');
}

for (const [type, addresses] of [
  ['A', ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']],
  ['AAAA', ['fd00::1', 'fd00::2', 'fd00::3']],
  ['A', ['10.0.0.1']],
] as const)
  test(`${addresses.length} ${type} records come in every order, the rest of the message stays`, () => {
    const message = respond(type, addresses);
    const orders = new Set<string>();
    let seed = 1;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (let i = 0; i < 500; i += 1) {
      shuffleAnswers(message, random);
      const { answers = [], questions, additionals } = dnsPacket.decode(message);
      orders.add(answers.map((answer) => 'data' in answer && answer.data).join());
      assert.deepEqual(new Set(answers.map((answer) => 'data' in answer && answer.data)), new Set(addresses));
      assert.deepEqual([questions?.[0]?.name, additionals?.length], [NAME, 1]);
    }
    const factorial = addresses.reduce((product, _, index) => product * (index + 1), 1);
    assert.equal(orders.size, factorial);
  });

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FakeClock } from '@coxswain/foundation/testing';
import type { Exchange } from './exchange.ts';
import type { ForwardedAnswer } from './forwarded-answer.ts';
import { Forwarder } from './forwarder.ts';
import { parseResolvConf, parseUpstream } from './parse-resolv-conf.ts';

const first = { host: '192.0.2.1', port: 53 };
const second = { host: '192.0.2.2', port: 53 };
const question = { name: 'www.example.com', type: 'A', dnssec: false };
const found: ForwardedAnswer = {
  rcode: 'NOERROR',
  answers: [{ name: question.name, type: 'A', ttl: 20, data: '192.0.2.80' }],
  authorities: [],
};
const missing: ForwardedAnswer = {
  rcode: 'NXDOMAIN',
  answers: [],
  authorities: [{ name: 'example.com', type: 'SOA', ttl: 600, data: { minimum: 12 } }],
};
const { signal } = new AbortController();

function forwarder(exchange: Exchange, options: { maxConcurrent?: number; cacheCapacity?: number } = {}) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const made = new Forwarder({
    servers: [first, second],
    clock,
    timeoutMs: 2000,
    maxConcurrent: options.maxConcurrent ?? 10,
    cacheSeconds: 30,
    cacheCapacity: options.cacheCapacity ?? 10,
    exchange: (what, server, inner) => {
      asked.push(server.host);
      return exchange(what, server, inner);
    },
  });
  return { made, clock, asked };
}

suite('Forwarder', () => {
  test('an answer is kept for its TTL, which runs down', async () => {
    const { made, clock } = forwarder(async () => found);
    assert.equal(made.cached(question), undefined);
    assert.deepEqual(await made.ask(question, signal), found);
    await clock.advance(8000);
    assert.equal(made.cached({ ...question, name: 'WWW.example.com' })?.answers[0]?.ttl, 12);
    await clock.advance(12_000);
    assert.equal(made.cached(question), undefined);
  });

  test('that a name does not exist is kept as long as its zone says', async () => {
    const { made, clock } = forwarder(async () => missing);
    await made.ask(question, signal);
    await clock.advance(11_000);
    assert.equal(made.cached(question)?.rcode, 'NXDOMAIN');
    await clock.advance(1000);
    assert.equal(made.cached(question), undefined);
  });

  test('failures are not kept, and the other server is asked', async () => {
    const { made, asked } = forwarder(async (_what, server) => {
      if (server === first) throw new Error('connection refused');
      return found;
    });
    assert.deepEqual(await made.ask(question, signal), found);
    await made.ask({ ...question, name: 'other.example' }, signal);
    assert.deepEqual(asked, [first.host, second.host, second.host]);
  });

  test('SERVFAIL when none answers in time', async () => {
    const { made, clock, asked } = forwarder(
      (_what, _server, inner) =>
        new Promise((_, reject) => inner.addEventListener('abort', () => reject(inner.reason), { once: true })),
    );
    const answer = made.ask(question, signal);
    await clock.advance(2000);
    await clock.advance(2000);
    assert.equal((await answer).rcode, 'SERVFAIL');
    assert.deepEqual(asked, [first.host, second.host]);
    assert.equal(made.cached(question), undefined);
  });

  test('one question at a time is asked once, and only so many differing ones', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { made, asked } = forwarder(
      async () => {
        await gate;
        return found;
      },
      { maxConcurrent: 1 },
    );
    const both = [made.ask(question, signal), made.ask(question, signal)];
    assert.equal((await made.ask({ ...question, type: 'AAAA' }, signal)).rcode, 'REFUSED');
    release();
    assert.deepEqual(await Promise.all(both), [found, found]);
    assert.equal(asked.length, 1);
  });

  test('the cache forgets what was not asked for the longest', async () => {
    const { made } = forwarder(async () => found, { cacheCapacity: 2 });
    for (const name of ['a', 'b']) await made.ask({ ...question, name }, signal);
    made.cached({ ...question, name: 'a' });
    await made.ask({ ...question, name: 'c' }, signal);
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => made.cached({ ...question, name }) !== undefined),
      [true, false, true],
    );
  });
});

suite('addresses of servers', () => {
  test('resolv.conf', () => {
    const text =
      '# made by hand\nnameserver 192.0.2.1 # first\nsearch example\nnameserver fd00::1\nnameserver nonsense\n';
    assert.deepEqual(parseResolvConf(text), [
      { host: '192.0.2.1', port: 53 },
      { host: 'fd00::1', port: 53 },
    ]);
  });
  test('flags', () => {
    assert.deepEqual(parseUpstream('192.0.2.1'), first);
    assert.deepEqual(parseUpstream('192.0.2.1:5353'), { host: '192.0.2.1', port: 5353 });
    assert.deepEqual(parseUpstream('[fd00::1]:53'), { host: 'fd00::1', port: 53 });
    for (const wrong of ['', 'dns.example', '192.0.2.1:0', '192.0.2.1:99999'])
      assert.equal(parseUpstream(wrong), undefined);
  });
});

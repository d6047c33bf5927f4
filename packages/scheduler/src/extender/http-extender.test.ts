import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { PodInfo } from '../cache/pod-info.ts';
import { SchedulerCache } from '../cache/scheduler-cache.ts';
import type { ExtenderConfiguration } from '../config/scheduler-configuration.ts';
import { Framework } from '../framework/framework.ts';
import { defaultPlugins } from '../plugins/default-plugins.ts';
import { SchedulerCore } from '../schedule-one.ts';
import { makeNode, makePod, testHandle } from '../testing/index.ts';
import { httpExtender } from './http-extender.ts';

type Answer = (body: Record<string, unknown>) => unknown;

/** Runs a server with these verbs while `check` runs. */
async function withServer(verbs: Record<string, Answer>, check: (urlPrefix: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const answer = verbs[(request.url ?? '').slice('/s/'.length)];
      response.writeHead(answer ? 200 : 500).end(JSON.stringify(answer?.(JSON.parse(text)) ?? null));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await check(`http://127.0.0.1:${(server.address() as AddressInfo).port}/s`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function decide(config: ExtenderConfiguration) {
  const cache = new SchedulerCache();
  for (const name of ['a', 'b', 'c']) cache.setNode(makeNode(name));
  const framework = new Framework('default-scheduler', defaultPlugins, testHandle());
  const core = new SchedulerCore({ frameworkOf: () => framework, cache });
  const signal = new AbortController().signal;
  return core.scheduleOneExtended(new PodInfo(makePod('p')), [httpExtender(config)], signal);
}

test('filters and scores by name', async () => {
  const verbs: Record<string, Answer> = {
    filter: ({ NodeNames }) => ({
      NodeNames: (NodeNames as string[]).filter((name) => name !== 'a'),
      FailedNodes: { a: 'no' },
    }),
    prioritize: () => [
      { Host: 'b', Score: 1 },
      { Host: 'c', Score: 9 },
    ],
  };
  await withServer(verbs, async (urlPrefix) => {
    const verbNames = { filterVerb: 'filter', prioritizeVerb: 'prioritize' };
    const decision = await decide({ urlPrefix, ...verbNames, nodeCacheCapable: true, weight: 2 });
    assert.equal(decision.kind === 'placed' && decision.nodeName, 'c');
  });
});

test('its reasons are told', async () => {
  const none = () => ({ nodes: { items: [] }, failedNodes: { a: 'no disk', b: 'no disk', c: 'no light' } });
  await withServer({ filter: none }, async (urlPrefix) => {
    const decision = await decide({ urlPrefix, filterVerb: 'filter' });
    assert.match(
      decision.kind === 'unschedulable' ? decision.message : '',
      /^0\/3 nodes are available: 1 no light, 2 no disk\./,
    );
  });
});

test('its failure is an error unless it may be ignored', async () => {
  await withServer({}, async (urlPrefix) => {
    assert.equal((await decide({ urlPrefix, filterVerb: 'filter' })).kind, 'error');
    assert.equal((await decide({ urlPrefix, filterVerb: 'filter', ignorable: true })).kind, 'placed');
  });
});

test('binds, and says why not', async () => {
  const seen: unknown[] = [];
  const bind = (body: unknown) => {
    seen.push(body);
    return { Error: seen.length > 1 ? 'full' : '' };
  };
  await withServer({ bind }, async (urlPrefix) => {
    const extender = httpExtender({ urlPrefix, bindVerb: 'bind' });
    const { signal } = new AbortController();
    const pod = new PodInfo(makePod('p'));
    assert.equal((await extender.bind?.(pod, 'n', signal))?.code, 'Success');
    assert.deepEqual(seen, [{ PodName: 'p', PodNamespace: 'default', PodUID: 'uid-p', Node: 'n' }]);
    assert.equal((await extender.bind?.(pod, 'n', signal))?.code, 'Error');
  });
});

test('is asked only about pods with its resources', () => {
  const extender = httpExtender({ urlPrefix: 'http://x', managedResources: [{ name: 'x.io/gpu' }] });
  assert.equal(extender.isInterested(new PodInfo(makePod('p'))), false);
  assert.equal(extender.isInterested(new PodInfo(makePod('p', { requests: { 'x.io/gpu': '1' } }))), true);
});

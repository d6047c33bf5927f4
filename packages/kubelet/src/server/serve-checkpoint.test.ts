import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PodStatus } from '@coxswain/api';
import { CriError } from '@coxswain/cri';
import { buildPod } from '../testing/build-pod.ts';
import { serveCheckpoint } from './serve-checkpoint.ts';

it('has the runtime write a checkpoint, or says why there is none', async () => {
  let able = true;
  const asked: unknown[] = [];
  const statuses = { containerStatuses: [{ name: 'main', state: { running: {} }, containerID: 'fake://id1' }] };
  const serve = (...path: string[]) =>
    serveCheckpoint(
      {
        cri: {
          async checkpointContainer(request) {
            asked.push(request);
            if (!able) throw new CriError('UNIMPLEMENTED', 'no');
            return {};
          },
        },
        pods: () => [buildPod('web')],
        statusOf: () => statuses as PodStatus,
        folder: '/checkpoints',
        now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
      },
      path,
    );
  const location = '/checkpoints/checkpoint-web_default-main-2026-01-02T03:04:05Z.tar';
  assert.deepEqual(JSON.parse(String((await serve('default', 'web', 'main')).body)), { items: [location] });
  assert.deepEqual(asked, [{ containerId: 'id1', location }]);
  able = false;
  const { code, body } = await serve('default', 'web', 'main');
  assert.equal(code, 404);
  assert.match(
    String(body),
    /^checkpointing of default\/web\/main failed \(rpc error: code = Unimplemented desc = no\)/,
  );
  assert.equal((await serve('default', 'none', 'main')).code, 404);
  assert.equal((await serve('default', 'web', 'none')).code, 404);
});

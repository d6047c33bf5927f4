import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildPod } from '../testing/build-pod.ts';
import { forbiddenSysctl } from './forbidden-sysctl.ts';

for (const [name, more, unsafe, why] of [
  ['net.ipv4.tcp_syncookies', {}, [], undefined],
  ['net/ipv4/tcp_syncookies', {}, [], undefined],
  ['net.core.somaxconn', {}, [], 'not allowlisted'],
  ['net.core.somaxconn', {}, ['net.core.*'], undefined],
  ['net.ipv4.tcp_syncookies', { hostNetwork: true }, [], 'not allowed with host net enabled'],
  ['kernel.shm_rmid_forced', { hostIPC: true }, [], 'not allowed with host ipc enabled'],
] as const)
  test(`${name} ${JSON.stringify(more)} with "${unsafe}" allowed: ${why ?? 'fine'}`, () => {
    const pod = buildPod('p', { ...more, securityContext: { sysctls: [{ name, value: '1' }] } });
    const rejection = forbiddenSysctl(pod, unsafe);
    if (why === undefined) assert.equal(rejection, undefined);
    else
      assert.deepEqual(rejection, {
        reason: 'SysctlForbidden',
        message: `Pod was rejected: forbidden sysctl: "${name}" ${why}`,
      });
  });

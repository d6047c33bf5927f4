import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cgroupDir, parseCgroupMounts } from './cgroup-paths.ts';
import { parseNetDev, parseUsage } from './parse-usage.ts';

const V1 = `30 23 0:26 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
31 23 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct`;
const V2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate';
const NESTED = '30 23 0:26 /docker/node /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory';

it('finds a process’s cgroup directories', () => {
  const table: [string, string, string, string | undefined][] = [
    [V1, '9:memory:/kubepods/pod1/c1\n4:cpu,cpuacct:/x', 'memory', '/sys/fs/cgroup/memory/kubepods/pod1/c1'],
    [V1, '9:memory:/kubepods/pod1/c1\n4:cpu,cpuacct:/x', 'cpuacct', '/sys/fs/cgroup/cpu,cpuacct/x'],
    [V2, '0::/kubepods/pod1/c1', 'memory', '/sys/fs/cgroup/kubepods/pod1/c1'],
    [NESTED, '9:memory:/docker/node/kubepods/c1', 'memory', '/sys/fs/cgroup/memory/kubepods/c1'],
    [NESTED, '9:memory:/elsewhere/c1', 'memory', undefined],
    [NESTED, '9:memory:/docker/node2', 'memory', undefined],
    ['', '0::/x', 'memory', undefined],
  ];
  for (const [mounts, file, controller, dir] of table)
    assert.equal(cgroupDir(parseCgroupMounts(mounts), file, controller), dir);
});

it('reads usage of either hierarchy', () => {
  assert.deepEqual(
    parseUsage({
      'cpuacct.usage': '123456\n',
      'memory.usage_in_bytes': '5000\n',
      'memory.limit_in_bytes': '9223372036854771712\n',
      'memory.stat': 'inactive_file 1\ntotal_inactive_file 1000\ntotal_rss 700\ntotal_pgfault 7\ntotal_pgmajfault 2\n',
      'pids.current': '3\n',
    }),
    {
      cpuNanos: 123456,
      memoryBytes: 5000,
      workingSetBytes: 4000,
      rssBytes: 700,
      pageFaults: 7,
      majorPageFaults: 2,
      processes: 3,
    },
  );
  assert.deepEqual(
    parseUsage({
      'cpu.stat': 'usage_usec 12\nuser_usec 6\n',
      'memory.current': '5000\n',
      'memory.max': '8000\n',
      'memory.stat': 'anon 700\ninactive_file 6000\npgfault 7\npgmajfault 2\n',
    }),
    {
      cpuNanos: 12000,
      memoryBytes: 5000,
      workingSetBytes: 0,
      rssBytes: 700,
      pageFaults: 7,
      majorPageFaults: 2,
      limitBytes: 8000,
    },
  );
  assert.deepEqual(parseUsage({ 'memory.max': 'max\n' }), {});
});

it('reads network interfaces', () => {
  const text = `Inter-|   Receive
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     10       1    0    0    0     0          0         0       10       1    0    0    0     0       0          0
  eth0:    990      11    2    0    0     0          0         0       42       1    3    0    0     0       0          0
`;
  assert.deepEqual(parseNetDev(text), [{ name: 'eth0', rxBytes: 990, rxErrors: 2, txBytes: 42, txErrors: 3 }]);
});

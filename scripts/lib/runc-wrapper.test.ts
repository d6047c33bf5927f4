import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const wrapper = resolve(import.meta.dirname, '../../deploy/node/rootfs/usr/local/bin/coxswain-runc');
const dir = mkdtempSync(join(tmpdir(), 'coxswain-runc-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** Runs the wrapper with a /proc/self/status and a runc of our own, and returns the specification it left. */
function specAfter(spec: unknown, bounding: string, args: (file: string) => string[]): unknown {
  const file = join(dir, 'config.json');
  writeFileSync(file, JSON.stringify(spec));
  writeFileSync(join(dir, 'status'), `Name:\tsh\nCapBnd:\t${bounding}\n`);
  const script = readFileSync(wrapper, 'utf8')
    .replace('/proc/self/status', join(dir, 'status'))
    .replace('/usr/sbin/runc', '/bin/true');
  writeFileSync(join(dir, 'wrapper'), script);
  chmodSync(join(dir, 'wrapper'), 0o755);
  execFileSync(join(dir, 'wrapper'), args(file));
  return JSON.parse(readFileSync(file, 'utf8'));
}

const WITHOUT = '000001fffeffffff';
const WITH = '000001ffffffffff';
const PRIVILEGED = {
  process: {
    args: ['sh', '-c', 'echo "CAP_SYS_RESOURCE", "oomScoreAdj":-5'],
    capabilities: {
      bounding: ['CAP_CHOWN', 'CAP_SYS_RESOURCE', 'CAP_SYSLOG'],
      effective: ['CAP_SYS_RESOURCE'],
      permitted: ['CAP_CHOWN', 'CAP_SYS_RESOURCE'],
    },
    oomScoreAdj: -998,
  },
};
const LOWERED = {
  process: {
    args: PRIVILEGED.process.args,
    capabilities: { bounding: ['CAP_CHOWN', 'CAP_SYSLOG'], effective: [], permitted: ['CAP_CHOWN'] },
    oomScoreAdj: 0,
  },
};
const create = () => ['--root', '/r', 'create', '--bundle', dir, 'id'];

test('takes out what the kernel would refuse', () => {
  assert.deepEqual(specAfter(PRIVILEGED, WITHOUT, create), LOWERED);
});

test('does so for a process that joins a container', () => {
  const exec = (file: string) => ['--root', '/r', 'exec', '--process', file, 'id'];
  assert.deepEqual(specAfter(PRIVILEGED.process, WITHOUT, exec), LOWERED.process);
});

test('leaves everything as it is where the capability is there', () => {
  assert.deepEqual(specAfter(PRIVILEGED, WITH, create), PRIVILEGED);
});

test('a positive score stays', () => {
  const spec = { process: { oomScoreAdj: 500 } };
  assert.deepEqual(specAfter(spec, WITHOUT, create), spec);
});

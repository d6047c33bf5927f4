import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const wrapper = resolve(import.meta.dirname, '../../deploy/node/rootfs/usr/local/bin/containerd-shim-runc-v2');
const dir = mkdtempSync(join(tmpdir(), 'containerd-shim-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const LACKING = join(dir, 'lacks-sys-resource');
const RUNTIME = join(dir, 'runtime');

/** Runs the wrapper in a bundle with that configuration, where the real shim says its last word. */
function run(verb: string, config: object = {}, { lacks = false } = {}): { said: string; config: object } {
  rmSync(LACKING, { force: true });
  if (lacks) writeFileSync(LACKING, '');
  writeFileSync(join(dir, 'shim'), '#!/bin/sh\nfor word in "$@"; do :; done\necho "$word"\n', { mode: 0o755 });
  const script = readFileSync(wrapper, 'utf8')
    .replaceAll('/run/coxswain/lacks-sys-resource', LACKING)
    .replaceAll('/var/run/docker/runtime-runc/moby', RUNTIME)
    .replaceAll('/usr/bin/containerd-shim-runc-v2', join(dir, 'shim'));
  writeFileSync(join(dir, 'wrapper'), script, { mode: 0o755 });
  const file = join(dir, 'config.json');
  writeFileSync(file, JSON.stringify(config));
  const said = execFileSync(join(dir, 'wrapper'), ['-namespace', 'moby', '-id', 'c1', verb], { cwd: dir });
  return { said: said.toString().trim(), config: JSON.parse(readFileSync(file, 'utf8')) as object };
}

const PRIVILEGED = {
  process: {
    args: ['sh', '-c', 'echo "CAP_SYS_RESOURCE", "oomScoreAdj":-5 "linux":{}'],
    capabilities: {
      bounding: ['CAP_CHOWN', 'CAP_SYS_RESOURCE', 'CAP_SYSLOG'],
      effective: ['CAP_SYS_RESOURCE'],
      permitted: ['CAP_CHOWN', 'CAP_SYS_RESOURCE'],
    },
    oomScoreAdj: -998,
  },
};

test('takes out what the kernel would refuse', () => {
  assert.deepEqual(run('start', PRIVILEGED, { lacks: true }), {
    said: 'start',
    config: {
      process: {
        args: PRIVILEGED.process.args,
        capabilities: { bounding: ['CAP_CHOWN', 'CAP_SYSLOG'], effective: [], permitted: ['CAP_CHOWN'] },
        oomScoreAdj: 0,
      },
    },
  });
});

for (const [what, spec, options] of [
  ['everything as it is where the capability is there', PRIVILEGED, {}],
  ['a positive score', { process: { oomScoreAdj: 500 } }, { lacks: true }],
  ['what is in no pod', { linux: { cgroupsPath: '/docker/c1' } }, {}],
] as const)
  test(`leaves ${what}`, () => assert.deepEqual(run('start', spec, options).config, spec));

for (const path of ['/kubepods/burstable/poda-b', '/kubepods/poda-b'])
  test(`a container in ${path} shares the pod's shim`, () => {
    const spec = { process: PRIVILEGED.process, linux: { resources: {}, cgroupsPath: `${path}/c1`, namespaces: [] } };
    const annotations = { 'io.containerd.runc.v2.group': 'poda-b' };
    assert.deepEqual(run('start', spec).config, { ...spec, annotations });
  });

test('the shared memory keeps the options of its mount', () => {
  const mount = (...options: string[]) => ({ destination: '/dev/shm', type: 'bind', source: '/s', options });
  const other = { destination: '/m', type: 'bind', source: '/s', options: ['rbind'] };
  const { config } = run('start', { mounts: [other, mount('rbind', 'rprivate')] });
  assert.deepEqual(config, { mounts: [other, mount('nosuid', 'nodev', 'noexec', 'rbind', 'rprivate')] });
});

test('removes what is left of a container, and nothing when nothing is', () => {
  assert.equal(run('delete').said, '');
  mkdirSync(join(RUNTIME, 'c1'), { recursive: true });
  assert.equal(run('delete').said, 'delete');
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const wrapper = resolve(import.meta.dirname, '../../deploy/node/rootfs/usr/local/bin/coxswain-oci');
const dir = mkdtempSync(join(tmpdir(), 'coxswain-oci-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const LACKING = join(dir, 'lacks-sys-resource');

/** Runs the wrapper where runc and crun only note that they were called, the latter ending with `crun`. */
function run(args: readonly string[], { lacks = false, crun = 0 } = {}): string[] {
  const called = join(dir, 'called');
  const stub = (name: string, code: number) => {
    writeFileSync(join(dir, name), `#!/bin/sh\necho ${name} >>${called}\nexit ${code}\n`, { mode: 0o755 });
    return join(dir, name);
  };
  rmSync(called, { force: true });
  rmSync(LACKING, { force: true });
  if (lacks) writeFileSync(LACKING, '');
  const script = readFileSync(wrapper, 'utf8')
    .replaceAll('/run/coxswain/lacks-sys-resource', LACKING)
    .replaceAll('/usr/sbin/runc', stub('runc', 0))
    .replaceAll('/usr/bin/crun', stub('crun', crun));
  writeFileSync(join(dir, 'wrapper'), script, { mode: 0o755 });
  execFileSync(join(dir, 'wrapper'), args);
  return readFileSync(called, 'utf8').trim().split('\n');
}

function specAfter(spec: unknown, lacks: boolean, args: (file: string) => string[]): unknown {
  const file = join(dir, 'config.json');
  writeFileSync(file, JSON.stringify(spec));
  assert.deepEqual(run(args(file), { lacks }), ['runc']);
  return JSON.parse(readFileSync(file, 'utf8'));
}

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
  assert.deepEqual(specAfter(PRIVILEGED, true, create), LOWERED);
});

test('does so for a process that joins a container', () => {
  const exec = (file: string) => ['--root', '/r', 'exec', '--process', file, 'id'];
  assert.deepEqual(specAfter(PRIVILEGED.process, true, exec), LOWERED.process);
});

test('leaves everything as it is where the capability is there', () => {
  assert.deepEqual(specAfter(PRIVILEGED, false, create), PRIVILEGED);
});

test('a positive score stays', () => {
  const spec = { process: { oomScoreAdj: 500 } };
  assert.deepEqual(specAfter(spec, true, create), spec);
});

let made = 0;
/** A container as runc keeps it, of a bundle with that configuration; returns the words that enter it. */
function container(config: object): { state: string; enter: (...more: string[]) => string[] } {
  const id = `c${made++}`;
  const bundle = join(dir, 'bundles', id);
  const state = join(dir, 'runc-root', id);
  for (const folder of [bundle, state]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(bundle, 'config.json'), JSON.stringify({ linux: { cgroupsPath: `/pods/${id}`, ...config } }));
  const kept = {
    id,
    init_process_pid: process.pid,
    init_process_start: 12345,
    created: '2026-01-01T00:00:00Z',
    config: { rootfs: `${bundle}/rootfs`, labels: ['a=b', `bundle=${bundle}`] },
  };
  writeFileSync(join(state, 'state.json'), JSON.stringify(kept));
  writeFileSync(join(bundle, 'process.json'), '{"args":["true"]}');
  const root = join(dir, 'runc-root');
  const process_ = join(bundle, 'process.json');
  return { state, enter: (...more) => ['--root', root, 'exec', '--process', process_, ...more, id] };
}

test('a command without a terminal enters by crun, which reads what runc knows of the container', () => {
  const { state, enter } = container({});
  assert.deepEqual(run(enter('--detach')), ['crun']);
  const status = JSON.parse(readFileSync(join(state, 'status'), 'utf8'));
  const id = state.split('/').at(-1);
  assert.deepEqual(
    [status.pid, status['process-start-time'], status['cgroup-path'], status.rootfs],
    [process.pid, 12345, `/pods/${id}`, join(dir, 'bundles', `${id}`, 'rootfs')],
  );
  assert.deepEqual(run(enter('--detach')), ['crun']);
});

test('what crun fails to start runc tries', () => {
  assert.deepEqual(run(container({}).enter('--detach'), { crun: 1 }), ['crun', 'runc']);
});

test('terminals, and what waits for the command, stay with runc', () => {
  assert.deepEqual(run(container({}).enter()), ['runc']);
  assert.deepEqual(run(container({}).enter('--detach', '--console-socket', '/s')), ['runc']);
});

for (const [what, config] of [
  ['a seccomp profile', { seccomp: { defaultAction: 'SCMP_ACT_ERRNO' } }],
  ['a user namespace', { uidMappings: [{ containerID: 0, hostID: 1, size: 1 }] }],
  ['an AppArmor profile', { apparmorProfile: 'docker-default' }],
  ['an SELinux label', { selinuxLabel: 'a:b:c:d' }],
] as const)
  test(`a container with ${what} stays with runc`, () => {
    const { state, enter } = container(config);
    assert.deepEqual(run(enter('--detach')), ['runc']);
    assert.ok(existsSync(join(state, 'not-for-crun')));
  });

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const wrapper = resolve(import.meta.dirname, '../../deploy/node/rootfs/usr/local/bin/coxswain-oci');
const dir = mkdtempSync(join(tmpdir(), 'coxswain-oci-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const LACKING = join(dir, 'lacks-sys-resource');
const MOUNTS = join(dir, 'mountinfo');
const called = join(dir, 'called');
writeFileSync(
  MOUNTS,
  [
    '1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/vda rw',
    '2 1 8:1 / /plain rw,relatime - ext4 /dev/vda rw',
    '3 1 8:1 / /read\\040only ro,relatime - ext4 /dev/vda rw',
    '4 1 0:9 / /shm rw,nosuid,nodev,noexec,relatime - tmpfs shm rw',
  ].join('\n'),
);

interface Outcome {
  readonly called: string[];
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs the wrapper where runc and crun only note that they were called; crun does what `crun` says before it ends. */
function run(args: readonly string[], { lacks = false, crun = 'exit 0' } = {}): Outcome {
  const stub = (name: string, does: string) => {
    writeFileSync(join(dir, name), `#!/bin/sh\necho ${name} >>${called}\n${does}\n`, { mode: 0o755 });
    return join(dir, name);
  };
  rmSync(called, { force: true });
  rmSync(LACKING, { force: true });
  if (lacks) writeFileSync(LACKING, '');
  const script = readFileSync(wrapper, 'utf8')
    .replaceAll('/run/coxswain/lacks-sys-resource', LACKING)
    .replaceAll('/proc/self/mountinfo', MOUNTS)
    .replaceAll('/usr/sbin/runc', stub('runc', 'exit 0'))
    .replaceAll('/usr/bin/crun', stub('crun', crun));
  writeFileSync(join(dir, 'wrapper'), script, { mode: 0o755 });
  const { status, stderr } = spawnSync(join(dir, 'wrapper'), args, { encoding: 'utf8' });
  return { called: readFileSync(called, 'utf8').trim().split('\n'), code: status, stderr };
}

let made = 0;
/** A container's bundle and its place below the runtimes' root; what a shim says to create it and to enter it. */
function container(config: object = {}) {
  const id = `c${made++}`;
  const root = join(dir, 'root');
  const state = join(root, id);
  const bundle = join(dir, 'bundles', id);
  const log = join(bundle, 'log.json');
  const command = join(bundle, 'process.json');
  mkdirSync(bundle, { recursive: true });
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  writeFileSync(join(bundle, 'init.pid'), String(process.pid));
  writeFileSync(
    command,
    '{"user":{"uid":0},"args":["nope","x"],"capabilities":{"bounding":["CAP_CHOWN","CAP_SYS_RESOURCE"]}}',
  );
  const words = (...more: string[]) => ['--root', root, '--log', log, '--log-format', 'json', ...more];
  return {
    state,
    log,
    command,
    create: words('create', '--bundle', bundle, '--pid-file', join(bundle, 'init.pid'), id),
    exec: words('exec', '--process', command, '--console-socket', '/s', '--detach', id),
    kill: words('kill', '--all', id, '9'),
    /** As if that runtime had made it. */
    madeBy(runtime: 'crun' | 'runc') {
      mkdirSync(state, { recursive: true });
      writeFileSync(join(state, runtime === 'crun' ? 'status' : 'state.json'), '{}');
      return this;
    },
  };
}

const bound = (source: string, options: readonly string[] = ['rbind', 'rprivate']) => ({
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid'] },
    { destination: '/m', type: 'bind', source, options },
  ],
});

for (const [what, runtime, config] of [
  ['without anything special', 'crun', {}],
  ['with a seccomp filter', 'runc', { linux: { seccomp: { defaultAction: 'SCMP_ACT_ERRNO' } } }],
  ['with a user namespace', 'runc', { linux: { uidMappings: [{ containerID: 0, hostID: 1, size: 1 }] } }],
  ['with an AppArmor profile', 'runc', { process: { apparmorProfile: 'docker-default' } }],
  ['with an SELinux label', 'runc', { process: { selinuxLabel: 'a:b:c:d' } }],
  ['with a plain folder', 'crun', bound('/plain/below/it')],
  ['with a folder of a read-only mount', 'runc', bound('/read only/below/it')],
  ['with a folder of a mount that runs nothing', 'runc', bound('/shm/x')],
  ['that repeats what holds for its mount', 'crun', bound('/shm/x', ['nosuid', 'nodev', 'noexec', 'rbind'])],
] as const)
  test(`a container ${what} is made by ${runtime}`, () => {
    assert.deepEqual(run(container(config).create).called, [runtime]);
  });

test('what crun fails to create runc creates, without leftovers', () => {
  const { create, state } = container();
  assert.deepEqual(run(create, { crun: `mkdir -p ${state}; exit 1` }).called, ['crun', 'runc']);
  assert.equal(existsSync(state), false);
});

for (const runtime of ['crun', 'runc'] as const)
  test(`what ${runtime} made it also enters and ends`, () => {
    const { exec, kill } = container().madeBy(runtime);
    assert.deepEqual(run(exec).called, [runtime]);
    assert.deepEqual(run(kill).called, [runtime]);
  });

for (const [args, said, told] of [
  [
    'nope',
    'executable file `nope` not found in $PATH: No such file or directory',
    'executable file not found in $PATH',
  ],
  [
    '/nope',
    'executable file `/nope` not found in $PATH: No such file or directory',
    'stat /nope: no such file or directory',
  ],
  ['/etc', 'open executable: Operation not permitted', 'permission denied'],
  ['/etc/passwd', 'open executable: Permission denied', 'permission denied'],
] as const)
  test(`that ${args} can't enter is told as by runc: ${told}`, () => {
    const { exec, command, log } = container().madeBy('crun');
    writeFileSync(command, JSON.stringify({ args: [args] }));
    writeFileSync(`${log}.crun`, `${JSON.stringify({ msg: said, level: 'error', time: 'T' })}\n`);
    assert.equal(run(exec, { crun: `cat ${log}.crun >>${log}; exit 1` }).code, 1);
    const last = JSON.parse(readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '') as { msg: string };
    assert.equal(last.msg, `exec failed: unable to start container process: exec: "${args}": ${told}`);
  });

test('why a container could not be killed is on stderr, where shims look for it', () => {
  const { kill, log } = container().madeBy('crun');
  const line = JSON.stringify({ msg: 'kill container: No such process', level: 'error', time: 'T' });
  writeFileSync(`${log}.crun`, `${line}\n`);
  const { stderr, code } = run(kill, { crun: `cat ${log}.crun >>${log}; exit 1` });
  assert.deepEqual([stderr, code], ['kill container: No such process\n', 1]);
});

for (const lacks of [true, false])
  test(`a command ${lacks ? "doesn't ask for CAP_SYS_RESOURCE where the node lacks it" : 'asks for all it should elsewhere'}`, () => {
    const { exec, command } = container().madeBy('crun');
    run(exec, { lacks });
    const { capabilities } = JSON.parse(readFileSync(command, 'utf8')) as { capabilities: object };
    assert.deepEqual(capabilities, { bounding: lacks ? ['CAP_CHOWN'] : ['CAP_CHOWN', 'CAP_SYS_RESOURCE'] });
  });

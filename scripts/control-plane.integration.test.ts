import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { freePorts } from './lib/free-port.ts';
import { httpsGet } from './lib/https-get.ts';
import { ManagedProcesses } from './lib/managed-process.ts';

const command = resolve(import.meta.dirname, 'control-plane');
const dir = mkdtempSync(join(tmpdir(), 'coxswain-control-plane-'));
const [port] = await freePorts(1);

async function controlPlane(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, [...args, '--dir', dir], { timeout: 120_000 });
  return stdout;
}
const up = () => controlPlane('up', '--port', String(port), '--without', 'scheduler,controller-manager');

function environment(): Record<string, string> {
  const lines = readFileSync(join(dir, 'env'), 'utf8').trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

async function namespaces(): Promise<string[]> {
  const { SERVER, TOKEN, CA } = environment();
  const { status, body } = await httpsGet(`${SERVER}/api/v1/namespaces`, {
    ca: readFileSync(CA!, 'utf8'),
    token: TOKEN!,
  });
  assert.equal(status, 200, body);
  return JSON.parse(body).items.map((item: { metadata: { name: string } }) => item.metadata.name);
}

after(async () => {
  await controlPlane('down');
  rmSync(dir, { recursive: true, force: true });
});

test('the control plane comes up, comes back piece by piece, and goes', async () => {
  assert.match(await up(), /^started etcd, apiserver$/m);
  assert.ok((await namespaces()).includes('default'));
  assert.equal(statSync(join(dir, 'env')).mode & 0o777, 0o600);
  assert.match(await up(), /^everything runs already$/m);

  const processes = new ManagedProcesses(dir);
  process.kill(processes.pid('apiserver')!, 'SIGKILL');
  await processes.stop('apiserver');
  assert.match(await up(), /^started apiserver$/m);
  assert.ok((await namespaces()).includes('default'));

  assert.match(await controlPlane('down'), /^stopped apiserver, etcd$/m);
  assert.equal(processes.pid('etcd'), undefined);
  assert.match(await controlPlane('down'), /^nothing was running$/m);
});

test('an unknown service is refused', async () => {
  await assert.rejects(controlPlane('up', '--without', 'kubelet'), { code: 2, stderr: /no such service: kubelet/ });
});

import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { CniError } from './network-list.ts';

export interface PluginCall {
  readonly command: 'ADD' | 'DEL' | 'CHECK';
  readonly containerId: string;
  /** Path of the network namespace; '' when it is gone. */
  readonly netns: string;
  readonly ifName: string;
  readonly args: string;
  readonly binDir: string;
  readonly signal?: AbortSignal | undefined;
}

/** Longest that a plugin may take. */
const PATIENCE_MS = 60_000;

/** Runs one CNI plugin; its configuration goes to stdin, its result is read from stdout (undefined when empty). */
export async function runPlugin(type: string, conf: object, call: PluginCall): Promise<object | undefined> {
  const file = await findPlugin(type, call.binDir);
  const limit = AbortSignal.timeout(PATIENCE_MS);
  const signal = call.signal ? AbortSignal.any([call.signal, limit]) : limit;
  const child = spawn(file, [], {
    signal,
    killSignal: 'SIGKILL',
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin',
      CNI_COMMAND: call.command,
      CNI_CONTAINERID: call.containerId,
      CNI_NETNS: call.netns,
      CNI_IFNAME: call.ifName,
      CNI_ARGS: call.args,
      CNI_PATH: call.binDir,
    },
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => err.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(conf));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) =>
      reject(new CniError(`plugin type="${type}" failed: ${error.message}`, { cause: error })),
    );
    child.on('close', resolve);
  });
  const stdout = Buffer.concat(out).toString();
  if (code !== 0)
    throw new CniError(
      `plugin type="${type}" failed (${call.command.toLowerCase()}): ${reason(stdout, Buffer.concat(err).toString(), code)}`,
    );
  return stdout.trim() === '' ? undefined : (JSON.parse(stdout) as object);
}

/** @throws CniError when no directory of the list (`:` between) has the plugin */
export async function findPlugin(type: string, binDir: string): Promise<string> {
  for (const dir of binDir.split(':')) {
    const file = join(dir, type);
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  throw new CniError(`failed to find plugin "${type}" in path [${binDir}]`);
}

function reason(stdout: string, stderr: string, code: number | null): string {
  try {
    const { msg, details } = JSON.parse(stdout) as { msg?: string; details?: string };
    if (msg) return details ? `${msg}; ${details}` : msg;
  } catch {
    // Not the error object of the specification.
  }
  return stderr.trim() || stdout.trim() || `exit status ${code}`;
}

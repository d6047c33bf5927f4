import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** On top of the starter's. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Programs that outlive whoever started them: `DIR/run/<name>.pid` holds the pid and the kernel's start time, so that
 * a pid given to somebody else meanwhile is never mistaken for ours; `DIR/log/<name>.log` what the program wrote.
 */
export class ManagedProcesses {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  logFile(name: string): string {
    return join(this.#dir, 'log', `${name}.log`);
  }

  /** The pid of the program if it is still the one that was started. */
  pid(name: string): number | undefined {
    try {
      const [pid, started] = readFileSync(this.#pidFile(name), 'utf8').trim().split(' ');
      return started !== undefined && startTime(Number(pid)) === started ? Number(pid) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Starts the program unless it runs; returns whether it was started. */
  start(spec: ProcessSpec): boolean {
    if (this.pid(spec.name) !== undefined) return false;
    for (const file of [this.#pidFile(spec.name), this.logFile(spec.name)])
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const log = openSync(this.logFile(spec.name), 'a', 0o600);
    const child = spawn(spec.command, spec.args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...spec.env },
    });
    closeSync(log);
    child.on('error', () => {});
    child.unref();
    if (child.pid === undefined) throw new Error(`could not start ${spec.command}`);
    writeFileSync(this.#pidFile(spec.name), `${child.pid} ${startTime(child.pid) ?? ''}\n`, { mode: 0o600 });
    return true;
  }

  /** SIGTERM, and SIGKILL if it is still there after `graceMs`. */
  async stop(name: string, graceMs = 10_000): Promise<boolean> {
    const pid = this.pid(name);
    if (pid !== undefined) {
      process.kill(pid, 'SIGTERM');
      const deadline = Date.now() + graceMs;
      while (this.pid(name) !== undefined && Date.now() < deadline) await sleep(50);
      if (this.pid(name) !== undefined) process.kill(pid, 'SIGKILL');
    }
    rmSync(this.#pidFile(name), { force: true });
    return pid !== undefined;
  }

  /** The last lines it wrote. */
  tail(name: string, lines = 15): string {
    try {
      return readFileSync(this.logFile(name), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
    } catch {
      return '(no log)';
    }
  }

  #pidFile(name: string): string {
    return join(this.#dir, 'run', `${name}.pid`);
  }
}

/** Clock ticks after boot at which a process started; undefined for one that is gone or a zombie. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

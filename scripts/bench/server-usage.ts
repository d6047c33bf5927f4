import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MICROSECONDS_A_TICK = 1e6 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Processor time and memory of a server on this machine, by its process id (PID); nothing is known without one. */
export class ServerUsage {
  readonly #pid: string | undefined;

  constructor(pid: string | undefined) {
    this.#pid = pid;
  }

  /** Microseconds of all its threads, user and system. */
  cpuMicroseconds(): number | undefined {
    if (!this.#pid) return undefined;
    const text = readFileSync(`/proc/${this.#pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_A_TICK;
  }

  residentMegabytes(): number | undefined {
    if (!this.#pid) return undefined;
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) / 1024;
  }

  /** Resident, and proportional: pages that processes share are divided among them. */
  memoryMegabytes(): { readonly rss: number; readonly pss: number } | undefined {
    if (!this.#pid) return undefined;
    const text = readFileSync(`/proc/${this.#pid}/smaps_rollup`, 'utf8');
    const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024;
    return { rss: megabytes('Rss'), pss: megabytes('Pss') };
  }

  /** Runs `task` and tells what of the server's processor time each of `count` pieces took. */
  async during<T>(count: number, task: () => Promise<T>): Promise<{ result: T; cpu: { cpuUs?: number } }> {
    const before = this.cpuMicroseconds();
    const result = await task();
    const after = this.cpuMicroseconds();
    if (before === undefined || after === undefined) return { result, cpu: {} };
    return { result, cpu: { cpuUs: Math.round(((after - before) / count) * 10) / 10 } };
  }
}

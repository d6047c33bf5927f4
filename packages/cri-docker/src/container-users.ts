import { readFile } from 'node:fs/promises';
import type { LinuxContainerUser } from '@coxswain/cri';

const LIMIT = 2000;

/** Whom first processes run as (KEP-3619), as they were when they were first asked about; kept after their ends. */
export class ContainerUsers {
  readonly #known = new Map<string, LinuxContainerUser>();

  /** Undefined for a container that ended before it was asked about. `pid` is 0 when it doesn't run. */
  async of(id: string, pid: number): Promise<LinuxContainerUser | undefined> {
    const known = this.#known.get(id);
    if (known || pid <= 0) return known;
    const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
    const user = text === undefined ? undefined : parseProcStatus(text);
    if (!user) return undefined;
    if (this.#known.size >= LIMIT) this.#known.delete(this.#known.keys().next().value ?? '');
    this.#known.set(id, user);
    return user;
  }
}

/** Pure: the effective user and group, and the groups, of `/proc/PID/status`. */
export function parseProcStatus(text: string): LinuxContainerUser | undefined {
  const numbers = (key: string) =>
    (new RegExp(`^${key}:(.*)$`, 'm').exec(text)?.[1] ?? '').split(/\s+/).filter(Boolean).map(Number);
  const [, uid] = numbers('Uid');
  const [, gid] = numbers('Gid');
  return uid === undefined || gid === undefined ? undefined : { uid, gid, supplementalGroups: numbers('Groups') };
}

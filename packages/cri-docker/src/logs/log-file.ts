import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type LogMessage, renderMessages } from './log-parser.ts';
import { type LogPosition, readPosition } from './log-position.ts';

/**
 * One container's CRI log file. Its end tells how far it has been written; as a rotated file starts empty, `reopen`
 * leaves the position in `stateFile` first.
 */
export class LogFile {
  readonly #path: string;
  readonly #stateFile: string;
  #handle: FileHandle | undefined;
  #position: LogPosition | undefined;

  constructor(path: string, stateDir: string, containerId: string) {
    this.#path = path;
    this.#stateFile = join(stateDir, `${containerId}.json`);
  }

  get position(): LogPosition | undefined {
    return this.#position;
  }

  /** Also after a failed write, whose torn last line it takes away. */
  async open(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o755 });
    await this.close();
    this.#position = (await readPosition(this.#path)) ?? this.#position ?? (await readState(this.#stateFile));
    this.#handle = await open(this.#path, 'a', 0o640);
  }

  async append(messages: readonly LogMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const bytes = renderMessages(messages);
    for (let at = 0; at < bytes.length; ) at += (await this.#handle!.write(bytes, at)).bytesWritten;
    for (const { time } of messages)
      this.#position = { time, count: this.#position?.time === time ? this.#position.count + 1 : 1 };
  }

  /** Starts the file anew under its name, after someone has moved the old one away. */
  async reopen(): Promise<void> {
    if (this.#position) {
      await mkdir(dirname(this.#stateFile), { recursive: true, mode: 0o700 });
      await writeFile(`${this.#stateFile}.tmp`, JSON.stringify(this.#position), { mode: 0o600 });
      await rename(`${this.#stateFile}.tmp`, this.#stateFile);
    }
    const old = this.#handle;
    this.#handle = await open(this.#path, 'a', 0o640);
    await old?.close();
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async forget(): Promise<void> {
    await rm(this.#stateFile, { force: true });
  }
}

async function readState(file: string): Promise<LogPosition | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as LogPosition;
  } catch {
    return undefined;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** A program that answers `{ id, request }` messages with `{ id, result }` or `{ id, error }`, and says `{ id: 0 }` when it is up. */
export class ChildChannel<Request> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #last = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ id, result, error }: Reply) => {
      const waiter = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error !== undefined) waiter?.reject(new Error(error));
      else waiter?.resolve(result as never);
    });
    const fail = (error: Error) => {
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    child.once('exit', (code, signal) => fail(new Error(`the program ended with ${code ?? signal}`)));
    child.once('error', fail);
  }

  /** Resolves when the program is up. */
  static async start<Request>(program: string, args: readonly string[]): Promise<ChildChannel<Request>> {
    const channel = new ChildChannel<Request>(
      spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' }),
    );
    await channel.#wait(0);
    return channel;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  ask<Result>(request: Request): Promise<Result> {
    this.#last += 1;
    const answer = this.#wait<Result>(this.#last);
    this.#child.send({ id: this.#last, request });
    return answer;
  }

  /** Ends the program and waits for its end. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill(signal);
    await ended;
  }

  #wait<Result>(id: number): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }
}

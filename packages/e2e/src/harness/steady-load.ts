import { get } from 'node:http';

/** GETs a URL so many times a second, each on a connection of its own, and keeps what failed. */
export class SteadyLoad {
  readonly #url: string;
  readonly #perSecond: number;
  readonly failures: string[] = [];
  sent = 0;
  #pending = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(url: string, perSecond: number) {
    this.#url = url;
    this.#perSecond = perSecond;
  }

  start(): void {
    const began = Date.now();
    this.#timer = setInterval(() => {
      const due = Math.floor(((Date.now() - began) / 1000) * this.#perSecond);
      while (this.sent < due) {
        const request = this.#request(++this.sent);
        this.#pending.add(request);
        void request.finally(() => this.#pending.delete(request));
      }
    }, 10);
  }

  /** Stops sending and waits for what is under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
  }

  #request(number: number): Promise<void> {
    return new Promise((resolve) => {
      const fail = (why: string) => {
        this.failures.push(`${new Date().toISOString()} request ${number}: ${why}`);
        resolve();
      };
      const request = get(this.#url, { agent: false, timeout: 5000 }, (response) => {
        response.resume();
        response.once('end', () => (response.statusCode === 200 ? resolve() : fail(`status ${response.statusCode}`)));
        response.once('error', (error) => fail(error.message));
      });
      request.once('timeout', () => request.destroy(new Error('no answer within 5 s')));
      request.once('error', (error) => fail(error.message));
    });
  }
}

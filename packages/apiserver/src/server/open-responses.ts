import type { Reply } from './reply.ts';

/** The answers that are being written, so that a server that ends can let them finish. */
export class OpenResponses {
  readonly #open = new Set<Reply>();

  add(response: Reply): void {
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
  }

  /** Resolves when all answers of this moment are written, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    const all = [...this.#open].map((response) => new Promise<void>((resolve) => response.once('close', resolve)));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([Promise.all(all), timeout]);
    clearTimeout(timer);
  }
}

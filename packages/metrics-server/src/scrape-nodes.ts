import { Agent, request } from 'node:https';
import type { Node } from '@coxswain/api';
import type { Clock, Logger } from '@coxswain/foundation';
import { type NodeScrape, parseResourceMetrics } from './parse-resource-metrics.ts';

export interface KubeletAccess {
  /** PEM. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly ca?: string | undefined;
  /** --kubelet-insecure-tls. */
  readonly insecure: boolean;
}

const MAX_BYTES = 8 * 1024 * 1024;
const ADDRESS_TYPES = ['InternalIP', 'ExternalIP', 'Hostname'];

/** Asks kubelets what their nodes use. */
export class KubeletScraper {
  readonly #agent: Agent;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #timeoutMs: number;

  constructor(access: KubeletAccess, { clock, log, timeoutMs }: { clock: Clock; log: Logger; timeoutMs: number }) {
    const { insecure, ...credentials } = access;
    this.#agent = new Agent({ ...credentials, keepAlive: true, maxSockets: 1, rejectUnauthorized: !insecure });
    this.#clock = clock;
    this.#log = log;
    this.#timeoutMs = timeoutMs;
  }

  /** Undefined, and a word in the log, when the kubelet doesn't answer. */
  async scrape(node: Node, signal: AbortSignal): Promise<NodeScrape | undefined> {
    const at = kubeletOf(node);
    try {
      if (!at) throw new Error('the node has no address');
      const text = await this.#get(at, AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]));
      return parseResourceMetrics(text, this.#clock.now());
    } catch (error) {
      if (!signal.aborted)
        this.#log.warn({ node: node.metadata.name, reason: (error as Error).message }, 'failed to scrape node');
      return undefined;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #get({ host, port }: KubeletAddress, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ host, port, path: '/metrics/resource', agent: this.#agent, signal });
      outgoing.on('error', reject);
      outgoing.once('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > MAX_BYTES) outgoing.destroy(new Error('the answer is too large'));
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
          else reject(new Error(`request failed, status: "${response.statusCode} ${response.statusMessage}"`));
        });
      });
      outgoing.end();
    });
  }
}

interface KubeletAddress {
  readonly host: string;
  readonly port: number;
}

/** By the kinds of address in upstream's order. */
export function kubeletOf({ status }: Node): KubeletAddress | undefined {
  const port = status?.daemonEndpoints?.kubeletEndpoint?.Port || 10250;
  for (const wanted of ADDRESS_TYPES) {
    const host = status?.addresses?.find(({ type }) => type === wanted)?.address;
    if (host) return { host, port };
  }
  return undefined;
}

import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { Duplex } from 'node:stream';
import type { UpgradeTarget } from '@coxswain/streaming';
import { sendRequest } from '../server/send-request.ts';

export interface KubeletClientOptions {
  /** PEM of --kubelet-client-certificate and --kubelet-client-key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** PEM of --kubelet-certificate-authority; without it the kubelet's certificate is not verified. */
  readonly ca?: string | undefined;
}

export interface KubeletAddress {
  readonly host: string;
  readonly port: number;
}

const ANSWER_TIMEOUT_MS = 30_000;

/** HTTPS to the nodes' kubelets with the apiserver's own client certificate. */
export class KubeletClient {
  readonly #agent: Agent;

  constructor({ cert, key, ca }: KubeletClientOptions) {
    this.#agent = new Agent({
      keepAlive: true,
      maxFreeSockets: 8,
      cert,
      key,
      ca,
      rejectUnauthorized: ca !== undefined,
    });
  }

  /** Resolves with the answer's head; its body is still to be read. Rejects when the kubelet can't be reached. */
  get(address: KubeletAddress, path: string, signal: AbortSignal): Promise<IncomingMessage> {
    return sendRequest({
      ...address,
      path,
      method: 'GET',
      agent: this.#agent,
      signal,
      headTimeoutMs: ANSWER_TIMEOUT_MS,
    });
  }

  /** A connection of its own, upgraded to SPDY for the protocol. Rejects with the kubelet's words when it refuses. */
  upgrade({ host, port }: KubeletAddress, path: string, protocol: string, signal: AbortSignal): Promise<Duplex> {
    const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': protocol };
    return new Promise((resolve, reject) => {
      const outgoing = request({ host, port, path, method: 'POST', headers, agent: this.#agent, signal });
      const timer = setTimeout(
        () => outgoing.destroy(new Error(`dial tcp ${host}:${port}: i/o timeout`)),
        ANSWER_TIMEOUT_MS,
      );
      outgoing.once('close', () => clearTimeout(timer));
      outgoing.once('error', reject);
      outgoing.once('response', (response) => {
        response.resume();
        reject(new Error(`the kubelet answered ${response.statusCode}`));
      });
      outgoing.once('upgrade', (_, socket, head) => {
        clearTimeout(timer);
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
      outgoing.end();
    });
  }

  /** The kubelet as the end of an upgraded connection. */
  target({ host, port }: KubeletAddress, path: string): UpgradeTarget {
    return { protocol: 'https:', host, port, path, agent: this.#agent };
  }

  close(): void {
    this.#agent.destroy();
  }
}

import type { ListenerPlan } from './plan-listeners.ts';

/** Takes the traffic of one address and port to endpoints. */
export interface PortProxy {
  /** Rejects when the port can't be had. */
  start(): Promise<void>;
  /** New endpoints; connections that live are kept. */
  update(plan: ListenerPlan): void;
  /** Takes no more traffic; TCP connections that live are kept until they end. */
  close(): void;
}

import { isConflict, isNotFound, type Lease, leaseKind } from '@coxswain/api';
import type { Clock } from '@coxswain/foundation';
import type { ApiClient, ResourceClient } from '../api-client.ts';

export interface LeaderElectorOptions {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  readonly clock: Clock;
}

/** One candidate for one Lease. Judges the age of another's lease by its own clock alone, so clocks may differ. */
export class LeaderElector {
  readonly #options: LeaderElectorOptions;
  readonly #leases: ResourceClient<Lease>;
  #lease: Lease | undefined;
  /** Holder and renewal last seen, and when by our clock. */
  #observed = '';
  #observedAt = 0;

  constructor(options: LeaderElectorOptions) {
    this.#options = options;
    this.#leases = options.client.resource(leaseKind);
  }

  /** Who holds the lease as last seen; '' for nobody. */
  get holder(): string {
    return this.#lease?.spec.holderIdentity ?? '';
  }

  /** Milliseconds until another's lease runs out unless it is renewed; 0 when it may be taken now. */
  get heldForMs(): number {
    if (this.holder === '' || this.holder === this.#options.identity) return 0;
    return Math.max(0, this.#observedAt + this.#heldMs() - this.#options.clock.now());
  }

  /** Acquires or renews. False when another holds it, or was quicker. Rejects when the server can't be asked. */
  async tryAcquireOrRenew(signal: AbortSignal): Promise<boolean> {
    const { identity, leaseDurationMs, clock } = this.#options;
    if (this.#lease === undefined || this.holder !== identity) await this.#read(signal);
    const now = clock.now();
    if (this.heldForMs > 0) return false;
    const renewTime = microTime(now);
    const taking = this.holder !== identity;
    const before = this.#lease?.spec;
    const spec = {
      ...before,
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
      renewTime,
      acquireTime: taking ? renewTime : (before?.acquireTime ?? renewTime),
      leaseTransitions: (before?.leaseTransitions ?? 0) + (taking && before ? 1 : 0),
    };
    return this.#write(spec, signal);
  }

  /** Lets another take over at once. Best effort. */
  async release(): Promise<void> {
    const { identity, clock } = this.#options;
    if (!this.#lease || this.holder !== identity) return;
    const now = microTime(clock.now());
    const spec = { ...this.#lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: now, acquireTime: now };
    try {
      await this.#leases.update({ ...this.#lease, spec }, { timeoutMs: 2000 });
    } catch {
      // It expires by itself.
    }
    this.#lease = undefined;
  }

  /** How long the holder promised to be good for. */
  #heldMs(): number {
    const seconds = this.#lease?.spec.leaseDurationSeconds;
    return seconds ? seconds * 1000 : this.#options.leaseDurationMs;
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { namespace, name, renewDeadlineMs } = this.#options;
    try {
      this.#observe(await this.#leases.get(name, { namespace, signal, timeoutMs: renewDeadlineMs }));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#lease = undefined;
    }
  }

  async #write(spec: Lease['spec'], signal: AbortSignal): Promise<boolean> {
    const { namespace, name, renewDeadlineMs } = this.#options;
    const request = { signal, timeoutMs: renewDeadlineMs };
    try {
      const written = this.#lease
        ? await this.#leases.update({ ...this.#lease, spec }, request)
        : await this.#leases.create({ metadata: { name, namespace }, spec }, request);
      this.#observe(written);
      return true;
    } catch (error) {
      if (!isConflict(error) && !isNotFound(error)) throw error;
      this.#lease = undefined;
      return false;
    }
  }

  #observe(lease: Lease): void {
    this.#lease = lease;
    const seen = `${lease.metadata.resourceVersion}|${lease.spec.holderIdentity}|${lease.spec.renewTime}`;
    if (seen === this.#observed) return;
    this.#observed = seen;
    this.#observedAt = this.#options.clock.now();
  }
}

/** `2026-01-01T00:00:00.000000Z`. */
function microTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}

import { asStatusError, type Kind, type KubeObject } from '@coxswain/api';

/** Something taken for a write, such as a Service's address. Call at most one of the two. Neither rejects. */
export interface Reservation {
  /** The write is stored: what the object no longer holds is free again. */
  commit(): Promise<void>;
  /** The write did not happen: what was taken is free again. */
  release(): Promise<void>;
}

export interface ReserveOptions {
  /** What would be allotted is filled in and not taken. */
  readonly dryRun: boolean;
}

/** What a kind needs to take (from a pool shared by all objects and all servers) before it is stored. */
export interface WriteHook {
  readonly kind: { readonly group: string; readonly plural: string };
  /** Carries over what `old` was given before the rules for updates are asked. Mutates `next`. */
  prepareForUpdate?(next: KubeObject, old: KubeObject): void;
  /**
   * Fills in `next` what the server allots. `old` is what is stored, undefined on create.
   * @throws StatusError when what `next` asks for is taken
   */
  reserve(next: KubeObject, old: KubeObject | undefined, options: ReserveOptions): Promise<Reservation>;
  /** The object is gone from the store: what it held is free again. Does not reject. */
  removed(old: KubeObject): Promise<void>;
}

const NOTHING: Reservation = { async commit() {}, async release() {} };

/** The hooks of all kinds; most have none. */
export class WriteHooks {
  readonly #hooks = new Map<string, WriteHook>();

  constructor(hooks: readonly WriteHook[]) {
    for (const hook of hooks) this.#hooks.set(`${hook.kind.group}/${hook.kind.plural}`, hook);
  }

  prepareForUpdate(kind: Kind, next: KubeObject, old: KubeObject): void {
    this.#of(kind)?.prepareForUpdate?.(next, old);
  }

  async reserve(
    kind: Kind,
    next: KubeObject,
    old: KubeObject | undefined,
    options: ReserveOptions,
  ): Promise<Reservation> {
    const hook = this.#of(kind);
    return hook ? hook.reserve(next, old, options) : NOTHING;
  }

  async removed(kind: Kind, old: KubeObject): Promise<void> {
    await this.#of(kind)?.removed(old);
  }

  #of(kind: Kind): WriteHook | undefined {
    return this.#hooks.get(`${kind.group}/${kind.plural}`);
  }
}

/**
 * Whether a write that failed so has certainly not happened. After others (no answer of the store, a client that went
 * away) what was reserved has to stay taken; the repair loops free it if nothing came of it.
 */
export function certainlyFailed(error: unknown, { signal }: { readonly signal?: AbortSignal | undefined }): boolean {
  return asStatusError(error) !== undefined && !signal?.aborted;
}

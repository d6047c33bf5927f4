import type { Kind, KubeObject } from '@coxswain/api';

/** Something taken for a write, such as a Service's address. Call exactly one of the two. */
export interface Reservation {
  /** The write is stored at this revision. */
  commit(revision: number): void;
  /** The write did not happen; what was taken is free again. */
  release(): void;
}

/** What a kind needs to take (from a pool shared by all objects) before it is stored. */
export interface WriteHook {
  readonly kind: { readonly group: string; readonly plural: string };
  /** Carries over what `old` was given before the rules for updates are asked. Mutates `next`. */
  prepareForUpdate?(next: KubeObject, old: KubeObject): void;
  /**
   * Fills in `next` what the server allots. `old` is what is stored, undefined on create.
   * @throws StatusError when what `next` asks for is taken
   */
  reserve(next: KubeObject, old: KubeObject | undefined): Promise<Reservation>;
}

const NOTHING: Reservation = { commit() {}, release() {} };

/** The hooks of all kinds; most have none. */
export class WriteHooks {
  readonly #hooks = new Map<string, WriteHook>();

  constructor(hooks: readonly WriteHook[]) {
    for (const hook of hooks) this.#hooks.set(`${hook.kind.group}/${hook.kind.plural}`, hook);
  }

  prepareForUpdate(kind: Kind, next: KubeObject, old: KubeObject): void {
    this.#hooks.get(`${kind.group}/${kind.plural}`)?.prepareForUpdate?.(next, old);
  }

  async reserve(kind: Kind, next: KubeObject, old: KubeObject | undefined): Promise<Reservation> {
    const hook = this.#hooks.get(`${kind.group}/${kind.plural}`);
    return hook ? hook.reserve(next, old) : NOTHING;
  }
}

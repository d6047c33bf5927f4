import type { Kind, KubeObject } from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';

/** A write on its way, as admission plugins see it. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  /** '' for the object itself. */
  readonly subresource: string;
  /** What shall be stored; `mutate` may change it. Undefined for DELETE. */
  readonly object: KubeObject | undefined;
  /** What is stored; undefined for CREATE. Read-only. */
  readonly oldObject: KubeObject | undefined;
  readonly user: UserInfo;
  readonly dryRun: boolean;
}

/** One admission plugin. Both steps refuse by throwing a StatusError. */
export interface AdmissionPlugin {
  /** Upstream's name, as --enable-admission-plugins knows it. */
  readonly name: string;
  mutate?(request: AdmissionRequest): void | Promise<void>;
  validate?(request: AdmissionRequest): void | Promise<void>;
}

/** The admit steps of the corridor: plugins in their order, first those that change, later those that judge. */
export class AdmissionChain {
  readonly #mutating: readonly AdmissionPlugin[];
  readonly #validating: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#mutating = plugins.filter(({ mutate }) => mutate);
    this.#validating = plugins.filter(({ validate }) => validate);
  }

  async mutate(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#mutating) {
      const done = plugin.mutate?.(request);
      // Most have nothing to wait for, and each wait is a turn.
      if (done) await done;
    }
  }

  async validate(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#validating) {
      const done = plugin.validate?.(request);
      if (done) await done;
    }
  }
}

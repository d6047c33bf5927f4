import type { Ingress } from '@coxswain/api';
import type { EventRecorder } from '@coxswain/client';
import type { Problem } from './model/proxy-model.ts';

/** Tells each problem once by an event of its Ingress, and again when it came back. */
export class ProblemReporter {
  readonly #recorder: EventRecorder;
  readonly #find: (key: string) => Ingress | undefined;
  #known = new Set<string>();

  constructor(recorder: EventRecorder, find: (key: string) => Ingress | undefined) {
    this.#recorder = recorder;
    this.#find = find;
  }

  report(problems: readonly Problem[]): void {
    const now = new Set<string>();
    for (const { ingress, reason, message } of problems) {
      const id = `${ingress} ${reason} ${message}`;
      const object = this.#find(ingress);
      if (object && !this.#known.has(id) && !now.has(id)) this.#recorder.event(object, 'Warning', reason, message);
      now.add(id);
    }
    this.#known = now;
  }
}

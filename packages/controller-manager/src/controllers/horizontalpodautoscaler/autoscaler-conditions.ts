import { type HorizontalPodAutoscalerCondition, setCondition } from '@coxswain/api';
import { timestamp } from '../../shared/times.ts';

/** The conditions of one pass, in upstream's order of coming. */
export class AutoscalerConditions {
  #all: readonly HorizontalPodAutoscalerCondition[];
  readonly #now: number;

  constructor(before: readonly HorizontalPodAutoscalerCondition[] | undefined, now: number) {
    this.#all = before ?? [];
    this.#now = now;
  }

  get all(): HorizontalPodAutoscalerCondition[] {
    return [...this.#all];
  }

  set(type: 'AbleToScale' | 'ScalingActive' | 'ScalingLimited', is: boolean, reason: string, message: string): void {
    const lastTransitionTime = timestamp(this.#now);
    const condition = { type, status: is ? 'True' : 'False', lastTransitionTime, reason, message };
    this.#all = setCondition(this.#all, condition);
  }
}

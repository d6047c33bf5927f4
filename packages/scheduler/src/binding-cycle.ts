import type { PodInfo } from './cache/pod-info.ts';
import type { Extender } from './extender/extender.ts';
import type { CycleState } from './framework/cycle-state.ts';
import type { Framework } from './framework/framework.ts';
import { type Status, success } from './framework/status.ts';
import type { WaitingPods } from './framework/waiting-pods.ts';

export interface BindingCycleOptions {
  readonly framework: Framework;
  readonly waitingPods: WaitingPods;
  readonly state: CycleState;
  readonly pod: PodInfo;
  readonly nodeName: string;
  readonly permit: Status;
  /** Binds instead of the Bind plugins. */
  readonly binder?: Extender | undefined;
}

/**
 * Wait on Permit → PreBind → Bind → PostBind of one placed pod, beside the next decisions. Success, or why the pod isn't
 * bound; never rejects. Reserve is undone by whoever takes the failure.
 */
export async function bindingCycle(options: BindingCycleOptions, signal: AbortSignal): Promise<Status> {
  const { framework, waitingPods, state, pod, nodeName, permit, binder } = options;
  try {
    if (permit.code === 'Wait') {
      const allowed = await waitingPods.wait(pod.uid, permit.timeoutMs, signal);
      if (allowed.code !== 'Success') return allowed;
    }
    const prepared = await framework.preBind(state, pod, nodeName, signal);
    if (prepared.code !== 'Success') return prepared;
    const byExtender = binder?.bind?.(pod, nodeName, signal);
    const bound = await (byExtender ?? framework.bind(state, pod, nodeName, signal));
    if (bound.code !== 'Success') return bound;
    framework.postBind(state, pod, nodeName);
    return success;
  } catch (error) {
    return { code: 'Error', error: error instanceof Error ? error : new Error(String(error)) };
  }
}

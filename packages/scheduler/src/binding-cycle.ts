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
  /** Around what may take long without doing anything: Permit's and PreBind's waits. */
  readonly pause: () => void;
  readonly resume: () => Promise<void>;
}

/**
 * Wait on Permit → PreBind → Bind → PostBind of one placed pod, beside the next decisions. Success, or why the pod isn't
 * bound; never rejects. Reserve is undone by whoever takes the failure.
 */
export async function bindingCycle(options: BindingCycleOptions, signal: AbortSignal): Promise<Status> {
  const { framework, state, pod, nodeName, binder } = options;
  try {
    const prepared = await prepare(options, signal);
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

async function prepare(options: BindingCycleOptions, signal: AbortSignal): Promise<Status> {
  const { framework, waitingPods, state, pod, nodeName, permit, pause, resume } = options;
  if (permit.code !== 'Wait' && framework.preBinders(state, pod, nodeName).length === 0) return success;
  pause();
  try {
    if (permit.code === 'Wait') {
      const allowed = await waitingPods.wait(pod.uid, permit.timeoutMs, signal);
      if (allowed.code !== 'Success') return allowed;
    }
    return await framework.preBind(state, pod, nodeName, signal);
  } finally {
    await resume();
  }
}

import type { ContainerState, ContainerStatus } from '@coxswain/api';

/** Bytes of termination messages in one pod's status, shared evenly by its containers. */
const POD_BUDGET = 12 * 1024;

/** Pure: statuses whose termination messages fit a pod of so many containers. */
export function capTerminationMessages(statuses: readonly ContainerStatus[], containers: number): ContainerStatus[] {
  const most = Math.floor(POD_BUDGET / Math.max(1, containers));
  return statuses.map((status) => {
    const [state, lastState] = [cap(status.state, most), cap(status.lastState, most)];
    return state === status.state && lastState === status.lastState
      ? status
      : { ...status, ...(state ? { state } : {}), ...(lastState ? { lastState } : {}) };
  });
}

function cap(state: ContainerState | undefined, most: number): ContainerState | undefined {
  const message = state?.terminated?.message;
  if (!state?.terminated || message === undefined || Buffer.byteLength(message) <= most) return state;
  // A character that the cut goes through is left out.
  const text = new TextDecoder().decode(Buffer.from(message).subarray(0, most), { stream: true });
  return { terminated: { ...state.terminated, message: text } };
}

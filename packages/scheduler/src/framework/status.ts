/** What a plugin answers. Plugins don't throw for what can be expected. */
export type Status =
  | { readonly code: 'Success' }
  /** The plugin has nothing to say to this pod (PreFilter, PreScore) or leaves the pod to the next one (Bind). */
  | { readonly code: 'Skip' }
  | Rejection
  /** Permit: hold the pod back for at most so many milliseconds. */
  | { readonly code: 'Wait'; readonly timeoutMs: number }
  | { readonly code: 'Error'; readonly error: Error };

/**
 * The pod can't go there. `Unschedulable`: the end of other pods might help; `UnschedulableAndUnresolvable`: it would not.
 * The reasons are upstream's words, shown to users.
 */
export interface Rejection {
  readonly code: 'Unschedulable' | 'UnschedulableAndUnresolvable';
  readonly reasons: readonly string[];
}

export const success: Status = { code: 'Success' };
export const skip: Status = { code: 'Skip' };

export function unschedulable(...reasons: string[]): Rejection {
  return { code: 'Unschedulable', reasons };
}

export function unresolvable(...reasons: string[]): Rejection {
  return { code: 'UnschedulableAndUnresolvable', reasons };
}

export function failed(error: unknown): Status {
  return { code: 'Error', error: error instanceof Error ? error : new Error(String(error)) };
}

export function isRejection(status: Status): status is Rejection {
  return status.code === 'Unschedulable' || status.code === 'UnschedulableAndUnresolvable';
}

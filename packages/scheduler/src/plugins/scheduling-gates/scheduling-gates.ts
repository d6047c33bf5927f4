import type { Plugin } from '../../framework/plugin.ts';
import { success, unresolvable } from '../../framework/status.ts';

/** Pods with spec.schedulingGates stay out of the queue (KEP-3521). */
export function schedulingGates(): Plugin {
  return {
    name: 'SchedulingGates',
    preEnqueue({ spec }) {
      const gates = spec.schedulingGates ?? [];
      if (gates.length === 0) return success;
      return unresolvable(`waiting for scheduling gates: [${gates.map(({ name }) => name).join(' ')}]`);
    },
  };
}

import type { Plugin } from '../../framework/plugin.ts';

/** Higher priority first; among equals, who waits longer. */
export function prioritySort(): Plugin {
  return {
    name: 'PrioritySort',
    less(a, b) {
      if (a.info.priority !== b.info.priority) return a.info.priority > b.info.priority;
      if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp;
      return a.sequence < b.sequence;
    },
  };
}

import type { Plugin } from '../../framework/plugin.ts';
import { skip, success, unresolvable } from '../../framework/status.ts';

const MISMATCH = unresolvable("node(s) didn't match the requested node name");

/** A pod that names its node goes nowhere else. */
export function nodeName(): Plugin {
  return {
    name: 'NodeName',
    events: [
      {
        event: 'NodeAdd',
        hint: ({ pod }, event) => (pod.spec.nodeName === event.new?.metadata.name ? 'Queue' : 'Skip'),
      },
    ],
    preFilter: (_, { pod }) => (pod.spec.nodeName ? success : skip),
    filter: (_, { pod }, node) => (pod.spec.nodeName === node.name ? success : MISMATCH),
  };
}

import type { Pod } from '@coxswain/api';
import { podInfoOf } from '../../cache/pod-info.ts';
import type { Plugin } from '../../framework/plugin.ts';
import { skip, success, unschedulable } from '../../framework/status.ts';

const TAKEN = unschedulable("node(s) didn't have free ports for the requested pod ports");

/** A host port is taken once a node (per address and protocol). */
export function nodePorts(): Plugin {
  return {
    name: 'NodePorts',
    events: [
      { event: 'NodeAdd' },
      {
        event: 'AssignedPodDelete',
        hint: (_, { old }) => (old && podInfoOf(old as Pod).hostPorts.length > 0 ? 'Queue' : 'Skip'),
      },
    ],
    preFilter: (_, { hostPorts }) => (hostPorts.length === 0 ? skip : success),
    filter: (_, { hostPorts }, node) => (node.usesPort(hostPorts) ? TAKEN : success),
  };
}

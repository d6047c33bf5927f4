import { type Step, step } from './step.ts';

/** Who am I and what may I; nodes. Node `$UNIQUE` is there, without a kubelet. */
export const cluster: readonly Step[] = [
  step('auth whoami', /^ATTRIBUTE +VALUE\nUsername +\S+\nGroups +\[.*system:authenticated.*\]\n/, { since: 28 }),
  step('auth can-i create pods', 'yes\n'),
  step('auth can-i --list --no-headers', /^\*\.\* +\[\] +\[\] +\[\*\]$/m),

  step('cordon $UNIQUE', 'node/UNIQUE cordoned\n'),
  step('get node $UNIQUE --no-headers', /^UNIQUE +\S+,SchedulingDisabled +<none> +\S+ *\n$/),
  step('uncordon $UNIQUE', 'node/UNIQUE uncordoned\n'),
  step('taint node $UNIQUE example.com/a=b:NoSchedule', 'node/UNIQUE tainted\n'),
  step('taint node $UNIQUE example.com/a=b:NoSchedule', undefined, { fails: /already has/ }),
  step('taint node $UNIQUE example.com/a-', 'node/UNIQUE untainted\n'),
  step('label node $UNIQUE node-role.kubernetes.io/mast=', 'node/UNIQUE labeled\n'),
  step('get node $UNIQUE --no-headers', /^UNIQUE +\S+ +mast +\S+ *\n$/),
  step(
    'drain $UNIQUE --dry-run=client',
    /^node\/UNIQUE cordoned \(dry run\)\n[\s\S]*node\/UNIQUE drained \(dry run\)\n$/,
  ),
  step(
    'drain $UNIQUE --dry-run=server',
    /^node\/UNIQUE cordoned \(server dry run\)\n[\s\S]*node\/UNIQUE drained \(server dry run\)\n$/,
  ),
  step('describe node $UNIQUE', /^Unschedulable: +false\n[\s\S]*^Allocated resources:/m),
  step('top nodes', undefined, { fails: /^error: Metrics API not available\n$/ }),
  step('top pods', undefined, { fails: /^error: Metrics API not available\n$/ }),
];

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServicePortRule } from './rule-set.ts';
import { planService } from './service-plan.ts';
import { sampleRule } from './testing/sample-rule.ts';

const options = { family: 'IPv4', clusterCIDR: '10.244.0.0/16' } as const;
const here = { ip: '10.244.0.1', port: 80, local: true, ready: true };
const there = { ip: '10.244.1.1', port: 80, local: false, ready: true };
const masked = { from: 'anyone', masquerade: true, to: 'service' };
const local = { from: 'anyone', masquerade: false, to: 'local' };
const inside = [
  { from: 'pods', masquerade: false, to: 'service' },
  { from: 'this node', masquerade: true, to: 'service' },
];

const cases: [name: string, rule: Partial<ServicePortRule>, expected: object][] = [
  [
    'a cluster IP needs one balancer',
    { clusterEndpoints: [here, there] },
    { balancers: ['service leads'], internal: 'service', external: undefined },
  ],
  ['no endpoint at all', { anyEndpoints: false }, { balancers: [], internal: undefined, nothing: 'reject' }],
  [
    'internalTrafficPolicy Local, none here',
    { internalPolicyLocal: true, clusterEndpoints: [there] },
    { balancers: [], internal: undefined, nothing: 'drop' },
  ],
  [
    'the two policies need both balancers',
    { internalPolicyLocal: true, clusterEndpoints: [here, there], localEndpoints: [here], nodePort: 30_000 },
    { balancers: ['service', 'local leads'], internal: 'local', external: { steps: [masked], refused: false } },
  ],
  [
    'externalTrafficPolicy Local: those inside are led as by the cluster IP',
    { externalPolicyLocal: true, clusterEndpoints: [here, there], localEndpoints: [here], nodePort: 30_000 },
    { external: { steps: [...inside, local], refused: false } },
  ],
  [
    'externalTrafficPolicy Local, none here: those outside get no answer',
    { externalPolicyLocal: true, clusterEndpoints: [there], nodePort: 30_000 },
    { external: { steps: inside, refused: true } },
  ],
  ['nobody for those outside', { anyEndpoints: false, nodePort: 30_000 }, { external: { steps: [], refused: true } }],
];

for (const [name, rule, expected] of cases)
  test(name, () => {
    const plan = planService({ ...sampleRule([]), anyEndpoints: true, ...rule }, options);
    const balancers = plan.balancers.map(({ kind, leads }) => `${kind}${leads ? ' leads' : ''}`);
    assert.partialDeepStrictEqual({ ...plan, balancers }, expected);
  });

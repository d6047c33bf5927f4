import type { RuleSet } from '../rule-set.ts';
import { endpointAt, sampleRule } from './sample-rule.ts';

const away = { local: false };

/** One Service of each sort, for golden tests of renderers. */
export const sampleRuleSet: RuleSet = {
  services: new Map([
    ['default/web', [sampleRule(['10.244.0.5:8080', endpointAt('10.244.1.5:8080', away)], { portName: 'http' })]],
    [
      'kube-system/dns',
      [
        sampleRule(['10.244.0.6:53'], {
          service: 'kube-system/dns',
          portName: 'dns',
          protocol: 'UDP',
          port: 53,
          clusterIP: '10.96.0.10',
        }),
      ],
    ],
    [
      'default/outside',
      [
        sampleRule(['10.244.0.7:80', endpointAt('10.244.1.7:80', away)], {
          service: 'default/outside',
          clusterIP: '10.96.0.11',
          nodePort: 30_080,
          externalPolicyLocal: true,
          loadBalancerIPs: ['203.0.113.9'],
          sourceRanges: ['192.0.2.0/24'],
          externalIPs: ['198.51.100.7'],
          healthCheckNodePort: 32_000,
        }),
      ],
    ],
    [
      'default/sticky',
      [
        sampleRule(['10.244.0.8:80'], {
          service: 'default/sticky',
          affinitySeconds: 60,
          nodePort: 30_081,
          clusterIP: '10.96.0.12',
        }),
      ],
    ],
    ['default/none', [sampleRule([], { service: 'default/none', clusterIP: '10.96.0.13' })]],
    [
      'default/elsewhere',
      [
        sampleRule([endpointAt('10.244.1.9:80', away)], {
          service: 'default/elsewhere',
          clusterIP: '10.96.0.14',
          internalPolicyLocal: true,
        }),
      ],
    ],
  ]),
};

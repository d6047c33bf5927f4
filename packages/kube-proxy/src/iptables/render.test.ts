import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertGolden } from '../testing/golden.ts';
import { sampleRule } from '../testing/sample-rule.ts';
import { sampleRuleSet } from '../testing/sample-rule-set.ts';
import { endpointChain, serviceChain } from './chain-names.ts';
import { renderService } from './render-service.ts';
import { countRules, renderRestore } from './render-tables.ts';

const options = { family: 'IPv4', clusterCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16' } as const;
const rendered = [...sampleRuleSet.services.values()].map((rules) => renderService(rules, options));

test('names are upstream’s', () => {
  assert.equal(
    serviceChain('SVC', sampleRule([], { service: 'default/kubernetes', portName: 'https' })),
    'KUBE-SVC-NPX46M4PTMTKRN6Y',
  );
});

test('a full sync as iptables-restore reads it', () => {
  const chains = new Map(rendered.flatMap((service) => [...service.chains]));
  const text = renderRestore({ ...options, services: rendered, chains, stale: ['KUBE-SVC-STALE'] });
  assertGolden(import.meta.dirname, 'full.rules', text);
  assert.equal(countRules(rendered, options), text.match(/^-A /gm)?.length);
});

test('a partial sync writes the shared chains and those of one Service', () => {
  const rule = sampleRule(['10.244.0.5:8080'], { portName: 'http' });
  const web = renderService([rule], options);
  const text = renderRestore({ ...options, services: rendered, chains: web.chains, stale: [] });
  const declared = [...text.matchAll(/^:(KUBE-S(?:VC|VL|EP)-\S+)/gm)].map(([, name]) => name);
  assert.deepEqual(declared.sort(), [endpointChain(rule, rule.clusterEndpoints[0]!), serviceChain('SVC', rule)].sort());
  assert.match(text, /10\.96\.0\.10\/32 --dport 53 -j KUBE-SVC-/, 'the shared chains name every Service');
});

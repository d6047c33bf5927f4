import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Node, Pod, Taint, Toleration } from '@coxswain/api';
import type { PluginFactory } from '../framework/plugin.ts';
import { makeNode, makePod, runFilter, snapshotOf } from '../testing/index.ts';
import { nodeAffinity } from './node-affinity/node-affinity.ts';
import { nodeName } from './node-name/node-name.ts';
import { nodePorts } from './node-ports/node-ports.ts';
import { nodeResourcesFit } from './node-resources/node-resources-fit.ts';
import { nodeUnschedulable } from './node-unschedulable/node-unschedulable.ts';
import { taintToleration } from './taint-toleration/taint-toleration.ts';

interface Case {
  readonly name: string;
  readonly plugin: PluginFactory;
  readonly pod: Pod;
  readonly node?: Node;
  readonly assigned?: readonly Pod[];
  /** `!` marks what preemption can't help. */
  readonly want: string;
}

const tainted = (...taints: Taint[]) => makeNode('n', { spec: { taints } });
const tolerating = (...tolerations: Toleration[]) => makePod('p', { spec: { tolerations } });
const labelled = makeNode('n', { labels: { disk: 'ssd', cores: '8' } });
const required = (...matchExpressions: { key: string; operator: string; values?: string[] }[]) =>
  makePod('p', {
    spec: {
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } },
      },
    },
  });
const onField = (name: string) =>
  makePod('p', {
    spec: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }],
          },
        },
      },
    },
  });
const withPort = (name: string, hostPort: number, hostIP = '', protocol = 'TCP') =>
  makePod(name, {
    spec: {
      containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort, hostIP, protocol: protocol as 'TCP' }] }],
      ...(name === 'p' ? {} : { nodeName: 'n' }),
    },
  });
const asking = (requests: Record<string, string>) => makePod('p', { requests });
const using = (requests: Record<string, string>) => makePod('used', { requests, spec: { nodeName: 'n' } });

const TAINT = '! node(s) had untolerated taint(s)';
const AFFINITY = "! node(s) didn't match Pod's node affinity/selector";
const PORTS = "node(s) didn't have free ports for the requested pod ports";
const k: Taint = { key: 'k', value: 'v', effect: 'NoSchedule' };

const cases: readonly Case[] = [
  { name: 'no node asked for', plugin: nodeName, pod: makePod('p'), want: 'ok' },
  { name: 'the node asked for', plugin: nodeName, pod: makePod('p', { spec: { nodeName: 'n' } }), want: 'ok' },
  {
    name: 'another node asked for',
    plugin: nodeName,
    pod: makePod('p', { spec: { nodeName: 'x' } }),
    want: "! node(s) didn't match the requested node name",
  },

  {
    name: 'cordoned',
    plugin: nodeUnschedulable,
    pod: makePod('p'),
    node: makeNode('n', { spec: { unschedulable: true } }),
    want: '! node(s) were unschedulable',
  },
  {
    name: 'cordoned and tolerated',
    plugin: nodeUnschedulable,
    pod: tolerating({ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }),
    node: makeNode('n', { spec: { unschedulable: true } }),
    want: 'ok',
  },

  { name: 'taint', plugin: taintToleration, pod: makePod('p'), node: tainted(k), want: TAINT },
  {
    name: 'taint without value',
    plugin: taintToleration,
    pod: makePod('p'),
    node: tainted({ key: 'k', effect: 'NoExecute' }),
    want: TAINT,
  },
  {
    name: 'only the first taint is told',
    plugin: taintToleration,
    pod: tolerating({ key: 'a', operator: 'Exists' }),
    node: tainted({ key: 'a', effect: 'NoSchedule' }, { key: 'b', effect: 'NoSchedule' }, k),
    want: TAINT,
  },
  {
    name: 'PreferNoSchedule keeps nobody away',
    plugin: taintToleration,
    pod: makePod('p'),
    node: tainted({ key: 'k', effect: 'PreferNoSchedule' }),
    want: 'ok',
  },
  {
    name: 'equal value',
    plugin: taintToleration,
    pod: tolerating({ key: 'k', value: 'v' }),
    node: tainted(k),
    want: 'ok',
  },
  {
    name: 'other value',
    plugin: taintToleration,
    pod: tolerating({ key: 'k', operator: 'Equal', value: 'w' }),
    node: tainted(k),
    want: TAINT,
  },
  {
    name: 'other effect',
    plugin: taintToleration,
    pod: tolerating({ key: 'k', value: 'v', effect: 'NoExecute' }),
    node: tainted(k),
    want: TAINT,
  },
  {
    name: 'everything tolerated',
    plugin: taintToleration,
    pod: tolerating({ operator: 'Exists' }),
    node: tainted(k),
    want: 'ok',
  },

  {
    name: 'nodeSelector',
    plugin: nodeAffinity,
    pod: makePod('p', { spec: { nodeSelector: { disk: 'ssd' } } }),
    node: labelled,
    want: 'ok',
  },
  {
    name: 'nodeSelector, other value',
    plugin: nodeAffinity,
    pod: makePod('p', { spec: { nodeSelector: { disk: 'hdd' } } }),
    node: labelled,
    want: AFFINITY,
  },
  {
    name: 'In',
    plugin: nodeAffinity,
    pod: required({ key: 'disk', operator: 'In', values: ['nvme', 'ssd'] }),
    node: labelled,
    want: 'ok',
  },
  {
    name: 'NotIn',
    plugin: nodeAffinity,
    pod: required({ key: 'disk', operator: 'NotIn', values: ['ssd'] }),
    node: labelled,
    want: AFFINITY,
  },
  {
    name: 'NotIn of an absent label',
    plugin: nodeAffinity,
    pod: required({ key: 'gpu', operator: 'NotIn', values: ['x'] }),
    node: labelled,
    want: 'ok',
  },
  {
    name: 'Exists and Gt',
    plugin: nodeAffinity,
    pod: required({ key: 'disk', operator: 'Exists' }, { key: 'cores', operator: 'Gt', values: ['7'] }),
    node: labelled,
    want: 'ok',
  },
  {
    name: 'Lt',
    plugin: nodeAffinity,
    pod: required({ key: 'cores', operator: 'Lt', values: ['8'] }),
    node: labelled,
    want: AFFINITY,
  },
  {
    name: 'DoesNotExist',
    plugin: nodeAffinity,
    pod: required({ key: 'disk', operator: 'DoesNotExist' }),
    node: labelled,
    want: AFFINITY,
  },
  { name: 'an empty term matches nothing', plugin: nodeAffinity, pod: required(), node: labelled, want: AFFINITY },
  { name: 'by name', plugin: nodeAffinity, pod: onField('n'), want: 'ok' },
  { name: 'by another name', plugin: nodeAffinity, pod: onField('x'), want: 'left out' },

  { name: 'free port', plugin: nodePorts, pod: withPort('p', 80), assigned: [withPort('q', 81)], want: 'ok' },
  { name: 'taken port', plugin: nodePorts, pod: withPort('p', 80), assigned: [withPort('q', 80)], want: PORTS },
  {
    name: 'other protocol',
    plugin: nodePorts,
    pod: withPort('p', 80),
    assigned: [withPort('q', 80, '', 'UDP')],
    want: 'ok',
  },
  {
    name: 'other address',
    plugin: nodePorts,
    pod: withPort('p', 80, '10.0.0.1'),
    assigned: [withPort('q', 80, '10.0.0.2')],
    want: 'ok',
  },
  {
    name: 'any address',
    plugin: nodePorts,
    pod: withPort('p', 80, '10.0.0.1'),
    assigned: [withPort('q', 80)],
    want: PORTS,
  },

  {
    name: 'fits exactly',
    plugin: nodeResourcesFit,
    pod: asking({ cpu: '3', memory: '8Gi' }),
    assigned: [using({ cpu: '1' })],
    want: 'ok',
  },
  {
    name: 'asks for nothing',
    plugin: nodeResourcesFit,
    pod: makePod('p'),
    assigned: [using({ cpu: '4', memory: '8Gi' })],
    want: 'ok',
  },
  {
    name: 'short of cpu',
    plugin: nodeResourcesFit,
    pod: asking({ cpu: '3001m' }),
    assigned: [using({ cpu: '1' })],
    want: 'Insufficient cpu',
  },
  {
    name: 'short of several',
    plugin: nodeResourcesFit,
    pod: asking({ cpu: '1', memory: '1Gi' }),
    assigned: [using({ cpu: '4', memory: '8Gi' })],
    want: 'Insufficient cpu, Insufficient memory',
  },
  { name: 'more than the node has', plugin: nodeResourcesFit, pod: asking({ cpu: '5' }), want: '! Insufficient cpu' },
  {
    name: 'extended resource absent',
    plugin: nodeResourcesFit,
    pod: asking({ 'example.com/gpu': '1' }),
    want: '! Insufficient example.com/gpu',
  },
  {
    name: 'extended resource used up',
    plugin: nodeResourcesFit,
    pod: asking({ 'example.com/gpu': '1' }),
    node: makeNode('n', { allocatable: { 'example.com/gpu': '1' } }),
    assigned: [using({ 'example.com/gpu': '1' })],
    want: 'Insufficient example.com/gpu',
  },
  {
    name: 'too many pods',
    plugin: nodeResourcesFit,
    pod: makePod('p'),
    node: makeNode('n', { allocatable: { pods: '1' } }),
    assigned: [using({})],
    want: 'Too many pods',
  },
];

for (const { name, plugin, pod, node = makeNode('n'), assigned = [], want } of cases) {
  test(`${plugin.name}: ${name}`, () => {
    assert.deepEqual(runFilter(plugin, pod, snapshotOf([node], assigned)), { n: want });
  });
}

import type { Node, Pod, PodSpec } from '@coxswain/api';
import { inProcessScheduler, makeNode, makePod } from '@coxswain/scheduler/testing';
import { figure } from './figures.ts';

const HOSTNAME = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/** A workload as in scheduler_perf: pods that are there already, and those that are measured. */
interface Shape {
  readonly name: string;
  readonly zones: number;
  /** For each node, in thousandths. */
  readonly initial: number;
  readonly initialPod?: { readonly color?: string; readonly spec?: Partial<PodSpec> };
  readonly pod: { readonly color?: string; readonly spec?: Partial<PodSpec> };
}

const term = (color: string, topologyKey: string) => ({
  topologyKey,
  labelSelector: { matchLabels: { color } },
  namespaces: ['sched-0', 'sched-1'],
});
const required = (color: string, key: string) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [term(color, key)],
});
const preferred = (color: string, key: string) => ({
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term(color, key) }],
});
const affine = { color: 'blue', spec: { affinity: { podAffinity: required('blue', ZONE) } } };
const averse = { color: 'green', spec: { affinity: { podAntiAffinity: required('green', HOSTNAME) } } };
const fond = { color: 'red', spec: { affinity: { podAffinity: preferred('red', HOSTNAME) } } };
const shy = { color: 'yellow', spec: { affinity: { podAntiAffinity: preferred('yellow', HOSTNAME) } } };
const spread = (whenUnsatisfiable: string) => ({
  color: 'blue',
  spec: {
    topologySpreadConstraints: [
      { maxSkew: 5, topologyKey: ZONE, whenUnsatisfiable, labelSelector: { matchLabels: { color: 'blue' } } },
    ],
  },
});

const SHAPES: readonly Shape[] = [
  { name: 'SchedulingBasic', zones: 3, initial: 1000, pod: {} },
  { name: 'SchedulingPodAffinity', zones: 1, initial: 1000, initialPod: affine, pod: affine },
  { name: 'SchedulingPodAntiAffinity', zones: 3, initial: 200, initialPod: averse, pod: averse },
  { name: 'TopologySpreading', zones: 3, initial: 1000, pod: spread('DoNotSchedule') },
  { name: 'PreferredTopologySpreading', zones: 3, initial: 1000, pod: spread('ScheduleAnyway') },
  { name: 'PreferredPodAffinity', zones: 3, initial: 1000, initialPod: fond, pod: fond },
  { name: 'PreferredPodAntiAffinity', zones: 3, initial: 1000, initialPod: shy, pod: shy },
];

function node(i: number, zones: number): Node {
  const allocatable = { cpu: '4', memory: '32Gi', pods: '110' };
  return makeNode(`n${i}`, { allocatable, labels: { [ZONE]: `zone${i % zones}` } });
}

function pod(name: string, namespace: string, { color, spec }: Shape['pod']): Pod {
  const made = makePod(name, {
    requests: { cpu: '100m', memory: '500Mi' },
    ...(color ? { labels: { color } } : {}),
    ...(spec ? { spec } : {}),
  });
  return { ...made, metadata: { ...made.metadata, namespace } };
}

/** Decisions a second of our scheduler in this process, by shape; on a busy machine look at those a second of CPU time. */
export function measureDecisions({ nodes, pods }: { readonly nodes: number; readonly pods: number }): void {
  for (const { name, zones, initial, initialPod = {}, pod: shape } of SHAPES) {
    const scheduler = inProcessScheduler(Array.from({ length: nodes }, (_, i) => node(i, zones)));
    const there = Math.floor((nodes * initial) / 1000);
    for (let i = 0; i < there; i++) scheduler.add(pod(`i${i}`, 'sched-0', initialPod), `n${i % nodes}`);
    const waiting = Array.from({ length: pods }, (_, i) => pod(`p${i}`, 'sched-1', shape));
    let placed = 0;
    const began = performance.now();
    const cpuBefore = process.cpuUsage();
    for (const each of waiting) if (scheduler.place(each) !== undefined) placed++;
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const perCpuSecond = Math.round((pods * 1e6) / (user + system));
    figure(name, pods / seconds, 'decisions/s', { perCpuSecond, nodes, pods, initialPods: there, placed });
  }
}

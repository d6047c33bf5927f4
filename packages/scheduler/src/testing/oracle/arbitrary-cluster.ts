import type {
  Container,
  LabelSelector,
  Node,
  NodeSelectorTerm,
  Pod,
  PodAffinityTerm,
  Taint,
  Toleration,
} from '@coxswain/api';
import fc from 'fast-check';
import { makeNode, makePod } from '../make-objects.ts';

/** Namespaces of the made pods, with their labels. */
export const NAMESPACES: Readonly<Record<string, Record<string, string>>> = {
  default: { team: 'x' },
  other: { team: 'y' },
};

const KEYS = ['zone', 'kubernetes.io/hostname', 'rack'] as const;
const EFFECTS = ['NoSchedule', 'NoExecute', 'PreferNoSchedule'] as const;

/** Mostly nothing, else one or two. */
const few = <T>(each: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant<T[]>([]) }, fc.array(each, { minLength: 1, maxLength: 2 }));
const perhaps = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: undefined, freq: 1 });

const selector: fc.Arbitrary<LabelSelector | undefined> = fc.constantFrom<LabelSelector | undefined>(
  { matchLabels: { app: 'a' } },
  { matchLabels: { app: 'b' } },
  { matchLabels: { app: 'a', version: '1' } },
  { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'c'] }] },
  { matchExpressions: [{ key: 'version', operator: 'NotIn', values: ['1'] }] },
  { matchExpressions: [{ key: 'version', operator: 'Exists' }] },
  { matchLabels: { app: 'b' }, matchExpressions: [{ key: 'version', operator: 'DoesNotExist' }] },
  {},
  undefined,
);

const affinityTerm: fc.Arbitrary<PodAffinityTerm> = fc
  .record({
    topologyKey: fc.constantFrom(...KEYS),
    labelSelector: selector,
    namespaces: fc.constantFrom<string[] | undefined>(
      undefined,
      undefined,
      ['default'],
      ['other'],
      ['default', 'other'],
    ),
    namespaceSelector: fc.constantFrom<LabelSelector | undefined>(
      undefined,
      undefined,
      {},
      { matchLabels: { team: 'y' } },
    ),
    matchLabelKeys: fc.constantFrom<string[] | undefined>(undefined, undefined, ['version']),
    mismatchLabelKeys: fc.constantFrom<string[] | undefined>(undefined, undefined, undefined, ['version']),
  })
  .map(defined);

const spreadConstraint = fc
  .record({
    topologyKey: fc.constantFrom(...KEYS),
    maxSkew: fc.integer({ min: 1, max: 2 }),
    minDomains: fc.constantFrom(undefined, 1, 2, 3),
    whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'DoNotSchedule', 'ScheduleAnyway'),
    labelSelector: selector,
    nodeAffinityPolicy: fc.constantFrom(undefined, 'Honor' as const, 'Ignore' as const),
    nodeTaintsPolicy: fc.constantFrom(undefined, 'Honor' as const, 'Ignore' as const),
    matchLabelKeys: fc.constantFrom<string[] | undefined>(undefined, undefined, ['version']),
  })
  .map(defined);

const nodeTerm = fc.constantFrom<NodeSelectorTerm>(
  { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd', 'nvme'] }] },
  { matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['x'] }] },
  { matchExpressions: [{ key: 'rack', operator: 'DoesNotExist' }] },
  { matchExpressions: [{ key: 'generation', operator: 'Gt', values: ['1'] }] },
  {
    matchExpressions: [
      { key: 'generation', operator: 'Lt', values: ['2'] },
      { key: 'rack', operator: 'Exists' },
    ],
  },
  { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n0'] }] },
  { matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['n1'] }] },
  {},
);

const taint: fc.Arbitrary<Taint> = fc
  .record({
    key: fc.constantFrom('k', 'l'),
    value: fc.constantFrom(undefined, 'v'),
    effect: fc.constantFrom(...EFFECTS),
  })
  .map(defined);

const toleration = fc.constantFrom<Toleration>(
  { operator: 'Exists' },
  { key: 'k', operator: 'Exists' },
  { key: 'l', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'k', operator: 'Equal', value: 'v' },
  { key: 'k' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
);

const requests = fc.record({
  cpu: fc.constantFrom('0', '1', '1', '2'),
  memory: fc.constantFrom('0', '1'),
  'example.com/gpu': fc.constantFrom('0', '0', '0', '1'),
});
const port = fc.record({
  containerPort: fc.constant(80),
  hostPort: fc.constantFrom(80, 81),
  hostIP: fc.constantFrom('', '0.0.0.0', '10.0.0.1', '10.0.0.2'),
  protocol: fc.constantFrom(undefined, 'TCP' as const, 'UDP' as const),
});
const container: fc.Arbitrary<Container> = fc
  .record({ requests, ports: few(port.map(defined)) })
  .map((each) => ({ name: 'c', image: 'i', resources: { requests: each.requests }, ports: each.ports }));
const initContainer: fc.Arbitrary<Container> = fc
  .record({ requests, restartPolicy: fc.constantFrom(undefined, 'Always') })
  .map(({ restartPolicy, ...each }) => ({
    name: 'i',
    image: 'i',
    resources: { requests: each.requests },
    ...(restartPolicy ? { restartPolicy } : {}),
  }));

/** A node by its name; its labels, room and taints are random. */
export const arbitraryNode: fc.Arbitrary<(name: string) => Node> = fc
  .record({
    cpu: fc.integer({ min: 1, max: 6 }),
    memory: fc.integer({ min: 1, max: 4 }),
    pods: fc.integer({ min: 1, max: 5 }),
    gpus: fc.constantFrom(undefined, 1, 2),
    disk: fc.constantFrom('ssd', 'hdd'),
    zone: fc.constantFrom('x', 'y', undefined),
    rack: fc.constantFrom('r', 's', undefined),
    generation: fc.constantFrom('1', '2', undefined),
    taints: few(taint),
    unschedulable: fc.constantFrom(false, false, false, true),
  })
  .map(
    ({ cpu, memory, pods, gpus, disk, zone, rack, generation, ...spec }) =>
      (name) =>
        makeNode(name, {
          allocatable: {
            cpu: String(cpu),
            memory: String(memory),
            pods: String(pods),
            ...(gpus ? { 'example.com/gpu': String(gpus) } : {}),
          },
          labels: defined({ disk, zone, rack, generation }) as Record<string, string>,
          spec,
        }),
  );

/** A pod by its name, with rules of every kind. */
export const arbitraryPod: fc.Arbitrary<(name: string) => Pod> = fc
  .record({
    namespace: fc.constantFrom('default', 'default', 'other'),
    labels: fc.record({ app: fc.constantFrom('a', 'b'), version: fc.constantFrom(undefined, '1', '2') }).map(defined),
    containers: fc.array(container, { minLength: 1, maxLength: 2 }),
    initContainers: few(initContainer),
    overhead: fc.constantFrom(undefined, undefined, { cpu: '1' }),
    nodeSelector: fc.constantFrom(undefined, undefined, undefined, { disk: 'ssd' }, { disk: 'hdd' }),
    nodeTerms: perhaps(fc.array(nodeTerm, { minLength: 1, maxLength: 2 })),
    tolerations: few(toleration),
    affinity: few(affinityTerm),
    anti: few(affinityTerm),
    topologySpreadConstraints: few(spreadConstraint),
  })
  .map(({ namespace, labels, nodeTerms, affinity, anti, ...spec }) => (name) => {
    const made = makePod(name, {
      labels: labels as Record<string, string>,
      spec: {
        ...defined(spec),
        affinity: {
          ...(nodeTerms
            ? { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: nodeTerms } } }
            : {}),
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: affinity },
          podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: anti },
        },
      },
    });
    return { ...made, metadata: { ...made.metadata, namespace } };
  });

/** Without what is undefined. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;
}

import { type Pod, type PriorityClass, podKind, priorityClassKind } from '@coxswain/api';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { isFor } from './is-for.ts';
import { refuse } from './refuse.ts';

/** The classes that exist before their objects do. */
export const SYSTEM_PRIORITY_CLASSES: Readonly<
  Record<string, { readonly value: number; readonly description: string }>
> = {
  'system-node-critical': {
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  'system-cluster-critical': {
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
};
const PREEMPT = 'PreemptLowerPriority';

interface Chosen {
  readonly name: string;
  readonly value: number;
  readonly policy: string;
}

/** Priority: turns spec.priorityClassName into spec.priority and preemptionPolicy; only one class is the default. */
export function priority(objects: ClusterObjects): AdmissionPlugin {
  async function choose(request: AdmissionRequest, name: string): Promise<Chosen> {
    if (name === '') {
      const standard = defaultClass(objects);
      return standard ? chosen(standard) : { name: '', value: 0, policy: PREEMPT };
    }
    const found = await objects.get<PriorityClass>(priorityClassKind, '', name);
    if (found) return chosen(found);
    const system = SYSTEM_PRIORITY_CLASSES[name];
    if (!system) throw refuse(request, `no PriorityClass with name ${name} was found`);
    return { name, value: system.value, policy: PREEMPT };
  }

  return {
    name: 'Priority',
    async mutate(request) {
      if (!isFor(request, podKind) || !request.object) return;
      const { spec } = request.object as unknown as Pod;
      if (request.operation === 'UPDATE') {
        const old = (request.oldObject as unknown as Pod).spec;
        if (spec && old.priority !== undefined) spec.priority ??= old.priority;
        if (spec && old.preemptionPolicy !== undefined) spec.preemptionPolicy ??= old.preemptionPolicy;
        return;
      }
      if (request.operation !== 'CREATE' || !spec) return;
      const { name, value, policy } = await choose(request, spec.priorityClassName ?? '');
      const provided = (what: string, given: string | number, computed: string | number) =>
        refuse(
          request,
          `the ${what} (${given}) must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`,
        );
      if (spec.priority !== undefined && spec.priority !== value)
        throw provided('integer value of priority', spec.priority, value);
      if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy)
        throw provided('string value of PreemptionPolicy', spec.preemptionPolicy, policy);
      if (name !== '') spec.priorityClassName = name;
      spec.priority = value;
      spec.preemptionPolicy = policy as NonNullable<typeof spec.preemptionPolicy>;
    },
    validate(request) {
      if (request.operation === 'DELETE' || !isFor(request, priorityClassKind)) return;
      const { globalDefault, metadata } = request.object as unknown as PriorityClass;
      const other = globalDefault ? defaultClass(objects) : undefined;
      if (other && other.metadata.name !== metadata.name)
        throw refuse(
          request,
          `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
        );
    },
  };
}

function chosen({ metadata, value = 0, preemptionPolicy = PREEMPT }: PriorityClass): Chosen {
  return { name: metadata.name ?? '', value, policy: preemptionPolicy };
}

/** The lowest of those that are marked, should there be several. */
function defaultClass(objects: ClusterObjects): PriorityClass | undefined {
  return objects
    .list<PriorityClass>(priorityClassKind, '')
    .filter(({ globalDefault }) => globalDefault)
    .sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
}

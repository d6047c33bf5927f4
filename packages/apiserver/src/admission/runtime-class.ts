import { deepEqual, type Pod, podKind, type RuntimeClass, runtimeClassKind, type Toleration } from '@coxswain/api';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { isFor } from './is-for.ts';
import { refuse } from './refuse.ts';

/** RuntimeClass: what a pod's class costs and where it runs (KEP-585, KEP-688). */
export function runtimeClass(objects: ClusterObjects): AdmissionPlugin {
  async function classOf(request: AdmissionRequest): Promise<RuntimeClass | undefined> {
    const { runtimeClassName } = (request.object as unknown as Pod).spec;
    if (!runtimeClassName) return undefined;
    const found = await objects.get<RuntimeClass>(runtimeClassKind, '', runtimeClassName);
    if (!found) throw refuse(request, `pod rejected: RuntimeClass "${runtimeClassName}" not found`);
    return found;
  }

  return {
    name: 'RuntimeClass',
    async mutate(request) {
      if (request.operation !== 'CREATE' || !isFor(request, podKind)) return;
      const { spec } = request.object as unknown as Pod;
      const found = await classOf(request);
      const overhead = found?.overhead?.podFixed;
      if (overhead) {
        if (spec.overhead && !deepEqual(spec.overhead, overhead))
          throw refuse(request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        spec.overhead = { ...overhead };
      } else if (found && spec.overhead && Object.keys(spec.overhead).length > 0) {
        throw refuse(request, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
      }
      if (found?.scheduling) schedule(request, spec, found.scheduling);
    },
  };
}

function schedule(
  request: AdmissionRequest,
  spec: Pod['spec'],
  { nodeSelector = {}, tolerations = [] }: NonNullable<RuntimeClass['scheduling']>,
): void {
  const selector: Record<string, string> = { ...spec.nodeSelector };
  for (const [key, value] of Object.entries(nodeSelector)) {
    if (selector[key] !== undefined && selector[key] !== value)
      throw refuse(
        request,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${selector[key]}`,
      );
    selector[key] = value;
  }
  if (Object.keys(selector).length > 0) spec.nodeSelector = selector;
  const known: Toleration[] = [...(spec.tolerations ?? [])];
  for (const toleration of tolerations)
    if (!known.some((other) => deepEqual(other, toleration))) known.push({ ...toleration });
  if (known.length > 0) spec.tolerations = known;
}

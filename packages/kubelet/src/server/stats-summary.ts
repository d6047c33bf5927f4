import { type ContainerStats, type CriClient, nanosToMs } from '@coxswain/cri';
import { CONTAINER_NAME_LABEL, POD_NAME_LABEL, POD_NAMESPACE_LABEL, POD_UID_LABEL } from '../container/names.ts';
import { toApiTime } from '../status/time.ts';

/** The kubelet's `/stats/summary`: CPU and memory of this node's containers, by pod. */
export async function statsSummary({ cri, nodeName }: { readonly cri: CriClient; readonly nodeName: string }) {
  const { stats } = await cri.listContainerStats({});
  const pods = new Map<string, { podRef: Record<string, string>; containers: object[] }>();
  for (const each of stats) {
    const labels = each.attributes?.labels ?? {};
    const uid = labels[POD_UID_LABEL];
    if (uid === undefined) continue;
    const podRef = { name: labels[POD_NAME_LABEL] ?? '', namespace: labels[POD_NAMESPACE_LABEL] ?? '', uid };
    const pod = pods.get(uid) ?? { podRef, containers: [] as object[] };
    pod.containers.push({ name: labels[CONTAINER_NAME_LABEL] ?? '', ...usage(each) });
    pods.set(uid, pod);
  }
  return { node: { nodeName }, pods: [...pods.values()] };
}

function usage({ cpu, memory }: ContainerStats): object {
  return {
    ...(cpu
      ? {
          cpu: {
            time: toApiTime(nanosToMs(cpu.timestamp)),
            usageNanoCores: cpu.usageNanoCores?.value,
            usageCoreNanoSeconds: cpu.usageCoreNanoSeconds?.value,
          },
        }
      : {}),
    ...(memory
      ? {
          memory: {
            time: toApiTime(nanosToMs(memory.timestamp)),
            workingSetBytes: memory.workingSetBytes?.value,
            usageBytes: memory.usageBytes?.value,
            rssBytes: memory.rssBytes?.value,
          },
        }
      : {}),
  };
}

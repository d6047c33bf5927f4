import type { CriClient } from '@coxswain/cri';
import { CONTAINER_NAME_LABEL, POD_NAME_LABEL, POD_NAMESPACE_LABEL, POD_UID_LABEL } from '../container/names.ts';

/** What runs by the runtime's word alone, as the PodList of `/runningpods/`. */
export async function runningPods(cri: Pick<CriClient, 'listPodSandbox' | 'listContainers'>) {
  const [{ items }, { containers }] = await Promise.all([
    cri.listPodSandbox({ filter: { state: { state: 'SANDBOX_READY' } } }),
    cri.listContainers({ filter: { state: { state: 'CONTAINER_RUNNING' } } }),
  ]);
  return {
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: {},
    items: items
      .filter(({ labels }) => labels[POD_UID_LABEL] !== undefined)
      .map(({ id, labels }) => ({
        metadata: {
          name: labels[POD_NAME_LABEL],
          namespace: labels[POD_NAMESPACE_LABEL],
          uid: labels[POD_UID_LABEL],
        },
        spec: {
          containers: containers
            .filter(({ podSandboxId }) => podSandboxId === id)
            .map(({ labels: own, image }) => ({
              name: own[CONTAINER_NAME_LABEL],
              image: image?.userSpecifiedImage || image?.image,
              resources: {},
            })),
        },
        status: {},
      })),
  };
}

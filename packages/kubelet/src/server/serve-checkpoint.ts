import type { Pod, PodStatus } from '@coxswain/api';
import { type CriClient, isCriError } from '@coxswain/cri';
import { errorText } from '../container/error-text.ts';
import { findPod } from './find-pod.ts';
import { json, plainText, type RouteAnswer } from './route.ts';

export interface CheckpointOptions {
  readonly cri: Pick<CriClient, 'checkpointContainer'>;
  readonly pods: () => readonly Pod[];
  readonly statusOf: (pod: Pod) => PodStatus;
  /** Where archives go. */
  readonly folder: string;
  readonly now: () => number;
}

/** `POST /checkpoint/<namespace>/<pod>/<container>` (KEP-2008): the archive's path, where the runtime can. */
export async function serveCheckpoint(
  { cri, pods, statusOf, folder, now }: CheckpointOptions,
  [namespace = '', podName = '', container = '']: readonly string[],
): Promise<RouteAnswer> {
  const pod = findPod(pods(), { namespace, pod: podName, uid: undefined });
  if (!pod) return plainText(404, 'pod does not exist\n');
  const { containerStatuses = [] } = statusOf(pod);
  const found = containerStatuses.find(({ name }) => name === container);
  const id = found?.state?.running ? found.containerID?.replace(/^.*:\/\//, '') : undefined;
  if (id === undefined) return plainText(404, `container ${container} does not exist\n`);
  const time = new Date(now()).toISOString().replace(/\.\d+/, '');
  const location = `${folder}/checkpoint-${podName}_${namespace}-${container}-${time}.tar`;
  try {
    await cri.checkpointContainer({ containerId: id, location });
    return json({ items: [location] });
  } catch (error) {
    const message = `checkpointing of ${namespace}/${podName}/${container} failed (${errorText(error)})\n`;
    return plainText(isCriError(error, 'UNIMPLEMENTED') ? 404 : 500, message);
  }
}

import type { CallContext, Empty, UpdateContainerResourcesRequest } from '@coxswain/cri';
import { toDockerResources } from '../resources.ts';
import { findContainer, type Runtime } from '../runtime.ts';

/** Changes a container's CPU and memory limits; what the request leaves at zero stays as it is. */
export async function updateContainerResources(
  runtime: Runtime,
  { containerId, linux }: UpdateContainerResourcesRequest,
  _context: CallContext,
): Promise<Empty> {
  await findContainer(runtime, containerId);
  try {
    await runtime.engine.updateContainer(containerId, toDockerResources(linux));
  } finally {
    runtime.store.touch(containerId);
  }
  return {};
}

import type { CallContext, Input, RuntimeCondition, StatusRequest, StatusResponse } from '@coxswain/cri';
import type { Runtime } from '../runtime.ts';

export async function status(
  runtime: Runtime,
  { verbose }: StatusRequest,
  _context: CallContext,
): Promise<Input<StatusResponse>> {
  const [docker, network] = await Promise.all([dockerReady(runtime), networkReady(runtime)]);
  return {
    status: { conditions: [docker, network] },
    runtimeHandlers: [{ name: '', features: { recursiveReadOnlyMounts: true, userNamespaces: false } }],
    features: { supplementalGroupsPolicy: true },
    info: verbose ? { podInfraContainerImage: JSON.stringify(runtime.podInfraContainerImage) } : {},
  };
}

async function dockerReady({ engine }: Runtime): Promise<Input<RuntimeCondition>> {
  try {
    await engine.apiVersion();
    return { type: 'RuntimeReady', status: true };
  } catch (error) {
    const message = `docker: failed to get docker version: ${(error as Error).message}`;
    return { type: 'RuntimeReady', status: false, reason: 'DockerDaemonNotReady', message };
  }
}

async function networkReady({ network }: Runtime): Promise<Input<RuntimeCondition>> {
  try {
    await network.current();
    return { type: 'NetworkReady', status: true };
  } catch (error) {
    const message = `Network plugin returns error: cni plugin not initialized: ${(error as Error).message}`;
    return { type: 'NetworkReady', status: false, reason: 'NetworkPluginNotReady', message };
  }
}

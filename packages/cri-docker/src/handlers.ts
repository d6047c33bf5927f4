import type { CallContext, CriHandlers, RpcName } from '@coxswain/cri';
import { attach } from './rpc/attach.ts';
import { checkpointContainer } from './rpc/checkpoint-container.ts';
import { containerStatus } from './rpc/container-status.ts';
import { createContainer } from './rpc/create-container.ts';
import { exec } from './rpc/exec.ts';
import { execSync } from './rpc/exec-sync.ts';
import { imageFsInfo } from './rpc/image-fs-info.ts';
import { imageStatus, listImages, removeImage } from './rpc/images.ts';
import { listContainers } from './rpc/list-containers.ts';
import { listPodSandbox } from './rpc/list-pod-sandbox.ts';
import { podSandboxStatus } from './rpc/pod-sandbox-status.ts';
import { portForward } from './rpc/port-forward.ts';
import { pullImage } from './rpc/pull-image.ts';
import { removeContainer } from './rpc/remove-container.ts';
import { removePodSandbox } from './rpc/remove-pod-sandbox.ts';
import { reopenContainerLog } from './rpc/reopen-container-log.ts';
import { runPodSandbox } from './rpc/run-pod-sandbox.ts';
import { runtimeConfig, updateRuntimeConfig } from './rpc/runtime-config.ts';
import { startContainer } from './rpc/start-container.ts';
import { containerStats, listContainerStats, listPodSandboxStats, podSandboxStats } from './rpc/stats.ts';
import { status } from './rpc/status.ts';
import { stopContainer } from './rpc/stop-container.ts';
import { stopPodSandbox } from './rpc/stop-pod-sandbox.ts';
import { updateContainerResources } from './rpc/update-container-resources.ts';
import { version } from './rpc/version.ts';
import { type Runtime, toCriError } from './runtime.ts';

/** Every RPC over `runtime`; errors of Docker come out under gRPC's codes. */
export function criHandlers(runtime: Runtime): CriHandlers {
  const verbs = {
    version,
    status,
    runtimeConfig,
    updateRuntimeConfig,
    runPodSandbox,
    stopPodSandbox,
    removePodSandbox,
    podSandboxStatus,
    listPodSandbox,
    // Pod-level limits live in the pod's cgroup, which the kubelet has changed already.
    updatePodSandboxResources: async () => ({}),
    createContainer,
    startContainer,
    stopContainer,
    removeContainer,
    listContainers,
    containerStatus,
    updateContainerResources,
    reopenContainerLog,
    checkpointContainer,
    execSync,
    exec,
    attach,
    portForward,
    containerStats,
    listContainerStats,
    podSandboxStats,
    listPodSandboxStats,
    listImages,
    imageStatus,
    pullImage,
    removeImage,
    imageFsInfo,
  } satisfies { [M in RpcName]: (runtime: Runtime, request: never, context: CallContext) => Promise<object> };
  const handlers: Record<string, unknown> = {
    getContainerEvents: (_request: object, { signal }: CallContext) => runtime.events.subscribe(signal),
  };
  for (const [name, verb] of Object.entries(verbs)) {
    handlers[name] = async (request: object, context: CallContext) => {
      try {
        return await verb(runtime, request as never, context);
      } catch (error) {
        runtime.log.debug({ err: error, rpc: name }, 'call failed');
        throw toCriError(error);
      }
    };
  }
  return handlers as CriHandlers;
}

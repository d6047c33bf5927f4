import type * as container from './messages/container.ts';
import type * as image from './messages/image.ts';
import type * as runtime from './messages/runtime.ts';
import type * as sandbox from './messages/sandbox.ts';
import type * as stats from './messages/stats.ts';

/**
 * What may be given where a message is sent: every field optional, at every depth. The receiver always gets scalars,
 * lists and maps filled with the protocol's defaults; only messages can be absent.
 */
export type Input<T> = T extends string | number | bigint | boolean | Buffer | undefined
  ? T
  : T extends readonly (infer E)[]
    ? readonly Input<E>[]
    : { readonly [K in keyof T]?: Input<T[K]> | undefined };

interface Rpc<Request, Response> {
  readonly request: Request;
  readonly response: Response;
}

/** Every unary RPC of RuntimeService that kubelets call. */
export interface RuntimeRpcs {
  readonly version: Rpc<runtime.VersionRequest, runtime.VersionResponse>;
  readonly status: Rpc<runtime.StatusRequest, runtime.StatusResponse>;
  readonly runtimeConfig: Rpc<runtime.RuntimeConfigRequest, runtime.RuntimeConfigResponse>;
  readonly updateRuntimeConfig: Rpc<runtime.UpdateRuntimeConfigRequest, runtime.Empty>;
  readonly runPodSandbox: Rpc<sandbox.RunPodSandboxRequest, sandbox.RunPodSandboxResponse>;
  readonly stopPodSandbox: Rpc<sandbox.PodSandboxIdRequest, runtime.Empty>;
  readonly removePodSandbox: Rpc<sandbox.PodSandboxIdRequest, runtime.Empty>;
  readonly podSandboxStatus: Rpc<sandbox.PodSandboxStatusRequest, sandbox.PodSandboxStatusResponse>;
  readonly listPodSandbox: Rpc<sandbox.ListPodSandboxRequest, sandbox.ListPodSandboxResponse>;
  readonly updatePodSandboxResources: Rpc<sandbox.UpdatePodSandboxResourcesRequest, runtime.Empty>;
  readonly createContainer: Rpc<container.CreateContainerRequest, container.CreateContainerResponse>;
  readonly startContainer: Rpc<container.ContainerIdRequest, runtime.Empty>;
  readonly stopContainer: Rpc<container.StopContainerRequest, runtime.Empty>;
  readonly removeContainer: Rpc<container.ContainerIdRequest, runtime.Empty>;
  readonly listContainers: Rpc<container.ListContainersRequest, container.ListContainersResponse>;
  readonly containerStatus: Rpc<container.ContainerStatusRequest, container.ContainerStatusResponse>;
  readonly updateContainerResources: Rpc<container.UpdateContainerResourcesRequest, runtime.Empty>;
  readonly reopenContainerLog: Rpc<container.ContainerIdRequest, runtime.Empty>;
  readonly checkpointContainer: Rpc<container.CheckpointContainerRequest, runtime.Empty>;
  readonly execSync: Rpc<container.ExecSyncRequest, container.ExecSyncResponse>;
  readonly exec: Rpc<container.ExecRequest, container.StreamingResponse>;
  readonly attach: Rpc<container.AttachRequest, container.StreamingResponse>;
  readonly portForward: Rpc<container.PortForwardRequest, container.StreamingResponse>;
  readonly containerStats: Rpc<container.ContainerIdRequest, stats.ContainerStatsResponse>;
  readonly listContainerStats: Rpc<stats.ListContainerStatsRequest, stats.ListContainerStatsResponse>;
  readonly podSandboxStats: Rpc<sandbox.PodSandboxIdRequest, stats.PodSandboxStatsResponse>;
  readonly listPodSandboxStats: Rpc<stats.ListPodSandboxStatsRequest, stats.ListPodSandboxStatsResponse>;
}

/** Every unary RPC of ImageService. */
export interface ImageRpcs {
  readonly listImages: Rpc<image.ListImagesRequest, image.ListImagesResponse>;
  readonly imageStatus: Rpc<image.ImageStatusRequest, image.ImageStatusResponse>;
  readonly pullImage: Rpc<image.PullImageRequest, image.PullImageResponse>;
  readonly removeImage: Rpc<image.RemoveImageRequest, runtime.Empty>;
  readonly imageFsInfo: Rpc<image.ImageFsInfoRequest, image.ImageFsInfoResponse>;
}

export type UnaryRpcs = RuntimeRpcs & ImageRpcs;
export type RpcName = keyof UnaryRpcs;

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the call fails with DEADLINE_EXCEEDED; 2 minutes unless given (PullImage: 30 minutes). */
  readonly timeoutMs?: number | undefined;
}

/** A runtime as its caller sees it. Every method rejects with a `CriError`. */
export type CriClient = {
  readonly [M in RpcName]: (
    request: Input<UnaryRpcs[M]['request']>,
    options?: CallOptions,
  ) => Promise<UnaryRpcs[M]['response']>;
} & {
  /**
   * Container and sandbox events from now on. Ends with the signal; throws a `CriError` when the connection breaks, and
   * the caller lists again before it subscribes again. `timeoutMs` doesn't apply.
   */
  getContainerEvents(
    request?: Readonly<Record<never, never>>,
    options?: CallOptions,
  ): AsyncIterable<container.ContainerEventResponse>;
  close(): void;
};

export interface CallContext {
  /** Aborts when the caller cancels, its deadline passes or the server stops. */
  readonly signal: AbortSignal;
}

/** A runtime as its server implements it. A handler rejects with `CriError` to choose the gRPC code. */
export type CriHandlers = {
  readonly [M in RpcName]: (
    request: UnaryRpcs[M]['request'],
    context: CallContext,
  ) => Promise<Input<UnaryRpcs[M]['response']>>;
} & {
  getContainerEvents(
    request: Readonly<Record<never, never>>,
    context: CallContext,
  ): AsyncIterable<Input<container.ContainerEventResponse>>;
};

import type { StringMap } from './common.ts';

export interface VersionRequest {
  readonly version: string;
}
export interface VersionResponse {
  readonly version: string;
  readonly runtimeName: string;
  readonly runtimeVersion: string;
  readonly runtimeApiVersion: string;
}

export interface StatusRequest {
  readonly verbose: boolean;
}
export interface StatusResponse {
  readonly status?: RuntimeStatus;
  readonly info: StringMap;
  readonly runtimeHandlers: readonly RuntimeHandler[];
  readonly features?: RuntimeFeatures;
}
export interface RuntimeStatus {
  readonly conditions: readonly RuntimeCondition[];
}
/** `RuntimeReady` and `NetworkReady` are always there; others are for information. */
export interface RuntimeCondition {
  readonly type: string;
  readonly status: boolean;
  readonly reason: string;
  readonly message: string;
}
export interface RuntimeHandler {
  /** '' is the default handler. */
  readonly name: string;
  readonly features?: { readonly recursiveReadOnlyMounts: boolean; readonly userNamespaces: boolean };
}
export interface RuntimeFeatures {
  readonly supplementalGroupsPolicy: boolean;
  readonly userNamespacesHostNetwork: boolean;
}

export type RuntimeConfigRequest = Readonly<Record<never, never>>;
export interface RuntimeConfigResponse {
  readonly linux?: { readonly cgroupDriver: 'SYSTEMD' | 'CGROUPFS' };
}

export interface UpdateRuntimeConfigRequest {
  readonly runtimeConfig?: { readonly networkConfig?: { readonly podCidr: string } };
}

/** The answer of RPCs that only succeed or fail. */
export type Empty = Readonly<Record<never, never>>;

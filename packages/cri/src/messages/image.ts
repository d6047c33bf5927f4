import type { Nanos, NumberValue, StringMap } from './common.ts';
import type { PodSandboxConfig } from './sandbox.ts';

export interface ImageSpec {
  readonly image: string;
  readonly annotations: StringMap;
  /** What the pod's author wrote, where `image` is a resolved id. */
  readonly userSpecifiedImage: string;
  readonly runtimeHandler: string;
  readonly imageRef: string;
}
export interface ListImagesRequest {
  readonly filter?: { readonly image?: ImageSpec };
}
export interface ListImagesResponse {
  readonly images: readonly Image[];
}
export interface Image {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  /** Bytes. */
  readonly size: number;
  /** The image's user when it is a number, else `username`. */
  readonly uid?: NumberValue;
  readonly username: string;
  readonly spec?: ImageSpec;
  /** Should be left alone by image garbage collection. */
  readonly pinned: boolean;
}
export interface ImageStatusRequest {
  readonly image?: ImageSpec;
  readonly verbose: boolean;
}
export interface ImageStatusResponse {
  /** Absent when the image isn't there. */
  readonly image?: Image;
  readonly info: StringMap;
}
export interface AuthConfig {
  readonly username: string;
  readonly password: string;
  /** base64 of `username:password`, instead of the two. */
  readonly auth: string;
  readonly serverAddress: string;
  readonly identityToken: string;
  readonly registryToken: string;
}
export interface PullImageRequest {
  readonly image?: ImageSpec;
  readonly auth?: AuthConfig;
  readonly sandboxConfig?: PodSandboxConfig;
}
export interface PullImageResponse {
  /** The image's id. */
  readonly imageRef: string;
}
export interface RemoveImageRequest {
  readonly image?: ImageSpec;
}
export type ImageFsInfoRequest = Readonly<Record<never, never>>;
export interface ImageFsInfoResponse {
  readonly imageFilesystems: readonly FilesystemUsage[];
  readonly containerFilesystems: readonly FilesystemUsage[];
}
export interface FilesystemUsage {
  readonly timestamp: Nanos;
  readonly fsId?: { readonly mountpoint: string };
  readonly usedBytes?: NumberValue;
  readonly inodesUsed?: NumberValue;
}

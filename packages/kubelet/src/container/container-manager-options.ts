import type { Pod, Service } from '@coxswain/api';
import type { CriClient } from '@coxswain/cri';
import type { Clock, Logger } from '@coxswain/foundation';
import type { KubeletEvents } from '../events/pod-events.ts';
import type { ImageManager } from '../images/image-manager.ts';
import type { Mounter } from '../volumes/mounter.ts';
import type { PodPaths } from '../volumes/pod-paths.ts';
import type { ReferenceSource } from './make-environment.ts';
import type { RestartBackoff } from './restart-backoff.ts';
import type { SandboxSettings } from './sandbox-config.ts';
import type { WaitingReasons } from './waiting-reasons.ts';

/** What starting and stopping containers takes. */
export interface ContainerManagerOptions {
  readonly cri: CriClient;
  readonly images: ImageManager;
  readonly references: ReferenceSource;
  /** All services, once they have been listed; rejects when that takes too long. */
  readonly services: (pod: Pod) => Promise<readonly Service[]>;
  readonly events: KubeletEvents;
  readonly clock: Clock;
  readonly log: Logger;
  readonly paths: PodPaths;
  readonly mounter: Mounter;
  readonly sandbox: SandboxSettings;
  /** What the runtime runs pods of this RuntimeClass by. @throws Error when there is no such class */
  readonly runtimeHandler: (runtimeClassName: string) => Promise<string>;
  readonly backoff: RestartBackoff;
  readonly waiting: WaitingReasons;
  /** Bytes. */
  readonly memoryCapacity: number;
  /** The node's. */
  readonly allocatable: () => Readonly<Record<string, string>>;
  readonly hostIPs: () => readonly string[];
  /** Whether the runtime can make mounts read-only throughout. */
  readonly recursiveReadOnlyMounts: () => boolean;
}

import { chmod, chown, mkdir, readdir, rm, stat } from 'node:fs/promises';
import {
  claimNameOf,
  matchesNodeSelector,
  type Node,
  nodeLike,
  type Pod,
  parseQuantity,
  type Volume,
} from '@coxswain/api';
import type { Clock } from '@coxswain/foundation';
import { podCgroupLimits } from '../cgroups/pod-cgroup-limits.ts';
import type { DownwardContext } from '../container/field-ref.ts';
import type { ReferenceSource } from '../container/make-environment.ts';
import { uidOf } from '../container/pod-containers.ts';
import type { KubeletEvents } from '../events/pod-events.ts';
import { writeAtomically } from './atomic-writer.ts';
import type { ClaimSource } from './claim-source.ts';
import { checkHostPath } from './host-path.ts';
import type { Mounter } from './mounter.ts';
import { VolumeError } from './payload-files.ts';
import type { PodPaths, VolumePlugin } from './pod-paths.ts';
import { renderPayload } from './render-payload.ts';
import { setVolumeOwnership } from './set-ownership.ts';
import type { TokenSource } from './token-source.ts';

export interface VolumeManagerOptions {
  readonly paths: PodPaths;
  readonly references: ReferenceSource;
  readonly tokens: Pick<TokenSource, 'get'>;
  readonly mounter: Mounter;
  /** Finds persistent volumes; without it none can be used. */
  readonly claims?: ClaimSource;
  /** This node, for volumes that are only on some; any unless given. */
  readonly node?: () => Pick<Node, 'metadata'> | undefined;
  readonly events: KubeletEvents;
  readonly clock: Clock;
}

/** Host path of each of the pod's volumes by its name. */
export type MountedVolumes = ReadonlyMap<string, string>;

/** A volume whose use is measured: a folder of ours is walked, of any other filesystem its own figures are read. */
export interface MeasuredVolume {
  readonly name: string;
  readonly path: string;
  readonly kind: 'folder' | 'filesystem';
  /** The claim behind it. */
  readonly claim?: string;
  /** Counts as the pod's ephemeral storage. */
  readonly scratch: boolean;
}

/** Sets pods' volumes up and takes them down. Every call makes things so, from whatever is there. */
export class VolumeManager {
  readonly #options: VolumeManagerOptions;
  /** Volumes whose files were given to the pod's fsGroup. */
  readonly #owned = new Set<string>();
  /** By uid, of the pods that are set up. */
  readonly #measured = new Map<string, readonly MeasuredVolume[]>();

  constructor(options: VolumeManagerOptions) {
    this.#options = options;
  }

  /**
   * Sets up or refreshes all volumes of the pod.
   * @throws VolumeError after a FailedMount event for each volume that failed
   */
  async setUp(pod: Pod, context: DownwardContext, signal: AbortSignal): Promise<MountedVolumes> {
    const { volumes = [] } = pod.spec;
    const failures: { name: string; message: string }[] = [];
    const mounted = new Map<string, string>();
    await Promise.all(
      volumes.map(async (volume) => {
        try {
          mounted.set(volume.name, await this.#setUpOne(pod, volume, context, signal));
        } catch (error) {
          failures.push({ name: volume.name, message: error instanceof Error ? error.message : String(error) });
        }
      }),
    );
    signal.throwIfAborted();
    if (failures.length === 0) {
      this.#measured.set(uidOf(pod), this.#measurable(pod, mounted));
      return mounted;
    }
    for (const { name, message } of failures)
      this.#options.events.pod(
        pod,
        'Warning',
        'FailedMount',
        `MountVolume.SetUp failed for volume "${name}" : ${message}`,
      );
    throw new VolumeError(failures.map(({ name, message }) => `volume "${name}": ${message}`).join('; '));
  }

  /** By uid, of all pods whose volumes are set up. */
  get measured(): ReadonlyMap<string, readonly MeasuredVolume[]> {
    return this.#measured;
  }

  /** Unmounts and removes the pod's volumes; termination messages and what a hostPath names stay. */
  async tearDown(uid: string): Promise<void> {
    this.#options.claims?.forget(uid);
    this.#measured.delete(uid);
    for (const key of this.#owned) if (key.startsWith(`${uid}/`)) this.#owned.delete(key);
    const { paths } = this.#options;
    await this.#remove(paths.subPaths(uid));
    await this.#remove(`${paths.podDirectory(uid)}/volumes`);
  }

  /** Removes the pod's folder with all that is mounted below it. */
  async removeFolder(uid: string): Promise<void> {
    await this.#remove(this.#options.paths.podDirectory(uid));
  }

  async #remove(folder: string): Promise<void> {
    const { mounter } = this.#options;
    for (const mount of (await mounter.list(folder)).reverse()) await mounter.unmount(mount);
    await rm(folder, { recursive: true, force: true });
  }

  /** The uids that have a folder. */
  async present(): Promise<string[]> {
    return readdir(`${this.#options.paths.root}/pods`).catch(() => []);
  }

  /** Not what a hostPath names, as upstream. */
  #measurable(pod: Pod, mounted: MountedVolumes): MeasuredVolume[] {
    const { paths, claims } = this.#options;
    return (pod.spec.volumes ?? []).flatMap((volume): MeasuredVolume[] => {
      const { name, emptyDir, configMap } = volume;
      const path = mounted.get(name) ?? '';
      const claim = claimNameOf(pod, volume);
      if (claim !== undefined) {
        const isLocal = claims?.resolved(pod, volume)?.spec.local !== undefined;
        return isLocal ? [{ name, path, kind: 'filesystem', claim, scratch: false }] : [];
      }
      if (!path.startsWith(`${paths.podDirectory(uidOf(pod))}/`)) return [];
      const inMemory = emptyDir?.medium === 'Memory' || holdsSecrets(volume);
      const scratch = configMap !== undefined || (emptyDir !== undefined && !inMemory);
      return [{ name, path, kind: inMemory ? 'filesystem' : 'folder', scratch }];
    });
  }

  async #setUpOne(pod: Pod, volume: Volume, context: DownwardContext, signal: AbortSignal): Promise<string> {
    const { hostPath, emptyDir } = volume;
    if (hostPath) {
      await checkHostPath(hostPath);
      return hostPath.path;
    }
    if (emptyDir) return this.#setUpEmptyDir(pod, volume);
    if (claimNameOf(pod, volume) !== undefined) return this.#setUpClaim(pod, volume, signal);
    const plugin = payloadPlugin(volume);
    if (!plugin) throw new VolumeError('no volume plugin matched');
    return this.#setUpPayload(pod, volume, plugin, context, signal);
  }

  async #setUpClaim(pod: Pod, volume: Volume, signal: AbortSignal): Promise<string> {
    const { claims, node } = this.#options;
    if (!claims) throw new VolumeError('no volume plugin matched');
    const { spec } = await claims.resolve(pod, volume, signal);
    const here = node?.();
    if (here && spec.nodeAffinity?.required && !matchesNodeSelector(spec.nodeAffinity.required, nodeLike(here)))
      throw new VolumeError('MountVolume.NodeAffinity check failed: no matching NodeSelectorTerms');
    if (spec.volumeMode === 'Block') throw new VolumeError('volume of mode Block can only be a device');
    if (spec.hostPath) {
      await checkHostPath(spec.hostPath);
      return spec.hostPath.path;
    }
    if (!spec.local) throw new VolumeError('no volume plugin matched');
    const { path } = spec.local;
    if (!(await stat(path).catch(() => undefined))?.isDirectory())
      throw new VolumeError(`path "${path}" does not exist`);
    const { fsGroup, fsGroupChangePolicy } = pod.spec.securityContext ?? {};
    const key = `${uidOf(pod)}/${volume.name}`;
    if (fsGroup !== undefined && !this.#owned.has(key)) {
      await setVolumeOwnership(path, fsGroup, fsGroupChangePolicy === 'OnRootMismatch');
      this.#owned.add(key);
    }
    return path;
  }

  async #setUpEmptyDir(pod: Pod, volume: Volume): Promise<string> {
    const { medium, sizeLimit } = volume.emptyDir ?? {};
    if (medium?.startsWith('HugePages'))
      throw new VolumeError('hugePages storage requested, but there is no resource request for huge pages.');
    const path = this.#options.paths.volume(uidOf(pod), 'empty-dir', volume.name);
    const made = await mkdir(path, { recursive: true });
    if (medium === 'Memory') {
      // What a pod may hold in memory bounds what it may keep there.
      const bounds = [sizeLimit && parseQuantity(sizeLimit).value(), podCgroupLimits(pod).memory].filter(
        (size) => !!size,
      );
      const sizeBytes = bounds.length === 0 ? undefined : Math.min(...(bounds as number[]));
      if (!(await this.#ensureTmpfs(path, sizeBytes))) return path;
    } else if (made === undefined) return path;
    const gid = pod.spec.securityContext?.fsGroup;
    if (gid !== undefined) await chown(path, 0, gid);
    await chmod(path, gid === undefined ? 0o777 : 0o2777);
    return path;
  }

  async #setUpPayload(
    pod: Pod,
    volume: Volume,
    plugin: VolumePlugin,
    context: DownwardContext,
    signal: AbortSignal,
  ): Promise<string> {
    const { references, tokens, clock, paths } = this.#options;
    const files = await renderPayload(pod, volume, { ...context, references, tokens, signal });
    const path = paths.volume(uidOf(pod), plugin, volume.name);
    await mkdir(path, { recursive: true });
    if (holdsSecrets(volume)) await this.#ensureTmpfs(path, undefined);
    const gid = pod.spec.securityContext?.fsGroup;
    if (gid !== undefined) await chown(path, 0, gid);
    await chmod(path, 0o755);
    await writeAtomically(path, files, { gid, now: clock.now() });
    return path;
  }

  /** Whether it had to be mounted. */
  async #ensureTmpfs(path: string, sizeBytes: number | undefined): Promise<boolean> {
    const { mounter } = this.#options;
    if ((await mounter.list(path)).includes(path)) return false;
    await mounter.mountTmpfs(path, { sizeBytes });
    return true;
  }
}

function payloadPlugin({ configMap, secret, downwardAPI, projected }: Volume): VolumePlugin | undefined {
  if (configMap) return 'configmap';
  if (secret) return 'secret';
  if (downwardAPI) return 'downward-api';
  return projected ? 'projected' : undefined;
}

/** Secrets and tokens never reach the disk. */
function holdsSecrets({ secret, projected }: Volume): boolean {
  if (secret) return true;
  return projected?.sources?.some((source) => source.secret || source.serviceAccountToken) ?? false;
}

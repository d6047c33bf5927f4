import { posix } from 'node:path';
import type { Container, VolumeMount } from '@coxswain/api';
import type { Input, Mount, MountPropagation } from '@coxswain/cri';
import { absolutePath } from '../container/absolute-path.ts';
import { expandStrict } from '../container/expand-env.ts';
import { ContainerConfigError } from '../container/make-environment.ts';
import type { Mounter } from './mounter.ts';
import { bindHandle, openSubPath, pathOf } from './sub-path.ts';
import type { MountedVolumes } from './volume-manager.ts';

const PROPAGATION: Record<string, MountPropagation> = {
  None: 'PROPAGATION_PRIVATE',
  HostToContainer: 'PROPAGATION_HOST_TO_CONTAINER',
  Bidirectional: 'PROPAGATION_BIDIRECTIONAL',
};

export interface MountOptions {
  /** Names of volumes that nobody may write. */
  readonly readOnly?: ReadonlySet<string>;
  /** Whether the runtime can make mounts read-only throughout. */
  readonly recursive?: boolean;
  /** Where subPaths are bound to, so that nothing in their volume can be exchanged for something outside; nowhere unless given. */
  readonly bind?: SubPathBinding;
}

export interface SubPathBinding {
  /** `…/pods/<uid>/volume-subpaths` */
  readonly folder: string;
  readonly mounter: Mounter;
}

/**
 * The container's volume mounts as host paths; subPaths are made where missing.
 * @throws ContainerConfigError for an unknown volume, an unresolvable subPathExpr, or a subPath that leaves its volume
 */
export async function containerMounts(
  container: Container,
  volumes: MountedVolumes,
  env: readonly { readonly key: string; readonly value: string }[],
  options: MountOptions = {},
): Promise<Input<Mount>[]> {
  const { readOnly, recursive = false, bind } = options;
  const lookup = new Map(env.map(({ key, value }) => [key, value]));
  const mounts: Input<Mount>[] = [];
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const volume = volumes.get(mount.name);
    if (volume === undefined)
      throw new ContainerConfigError(`cannot find volume "${mount.name}" to mount into container "${container.name}"`);
    let { subPath = '' } = mount;
    if (mount.subPathExpr) {
      const { text, missing } = expandStrict(mount.subPathExpr, (name) => lookup.get(name));
      if (missing.length > 0)
        throw new ContainerConfigError(`missing value for ${missing.map((name) => JSON.stringify(name)).join(', ')}`);
      subPath = text;
    }
    mounts.push({
      containerPath: absolutePath(mount.mountPath),
      hostPath: subPath === '' ? volume : await subPathSource(container, mount, volume, subPath, bind, index),
      readonly: (mount.readOnly ?? false) || (readOnly?.has(mount.name) ?? false),
      propagation: PROPAGATION[mount.mountPropagation ?? 'None'] ?? 'PROPAGATION_PRIVATE',
      recursiveReadOnly: recursiveReadOnly(mount, recursive),
    });
  }
  return mounts;
}

/**
 * Whether a mount is to be read-only throughout (KEP-3857).
 * @throws ContainerConfigError where it is asked for and can't be
 */
export function recursiveReadOnly(mount: VolumeMount, supported: boolean): boolean {
  const { name, readOnly, recursiveReadOnly: mode, mountPropagation = 'None' } = mount;
  if (mode === undefined || mode === 'Disabled') return false;
  const refuse = (why: string) =>
    new ContainerConfigError(
      `failed to resolve recursive read-only mode: volume ${JSON.stringify(name)} requested recursive read-only mode, but it is ${why}`,
    );
  if (!readOnly) throw refuse('not read-only');
  if (mountPropagation !== 'None') throw refuse(`not compatible with propagation ${JSON.stringify(mountPropagation)}`);
  if (mode === 'Enabled' && !supported) throw refuse('not supported by the runtime');
  return supported;
}

/**
 * The path to mount in place of one below a volume: the real one or, with a place for it, one that it is bound to.
 * What exactly is wrong on the host is not for the pod's owner to know.
 */
async function subPathSource(
  { name }: Container,
  mount: VolumeMount,
  volume: string,
  subPath: string,
  bind: SubPathBinding | undefined,
  index: number,
): Promise<string> {
  if (posix.isAbsolute(subPath))
    throw new ContainerConfigError(`error SubPath \`${subPath}\` must not be an absolute path`);
  if (subPath.split('/').includes('..'))
    throw new ContainerConfigError(`unable to provision SubPath \`${subPath}\`: must not contain '..'`);
  const failed = (cause: unknown) =>
    new ContainerConfigError(
      `failed to prepare subPath for volumeMount ${JSON.stringify(mount.name)} of container ${JSON.stringify(name)}`,
      { cause },
    );
  const handle = await openSubPath(volume, subPath).catch((error) => {
    throw failed(error);
  });
  try {
    if (!bind) return await pathOf(handle);
    const target = `${bind.folder}/${mount.name}/${name}/${index}`;
    await bindHandle(handle, target, bind.mounter);
    return target;
  } catch (error) {
    throw failed(error);
  } finally {
    await handle.close();
  }
}

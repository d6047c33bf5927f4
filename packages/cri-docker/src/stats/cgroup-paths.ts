/** One line of /proc/<pid>/mountinfo that mounts a cgroup hierarchy. */
export interface CgroupMount {
  /** Path within the hierarchy that is mounted. */
  readonly root: string;
  readonly mountpoint: string;
  /** Controllers of a v1 hierarchy; empty for v2. */
  readonly controllers: readonly string[];
}

export function parseCgroupMounts(mountinfo: string): CgroupMount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root = '/', mountpoint = ''] = left.split(' ');
    const [type, , options = ''] = right.split(' ');
    if (type === 'cgroup2') return [{ root, mountpoint, controllers: [] }];
    if (type === 'cgroup') return [{ root, mountpoint, controllers: options.split(',') }];
    return [];
  });
}

/**
 * The directory of a process's cgroup, from its /proc/<pid>/cgroup: of the v1 controller where its hierarchy is
 * mounted, else of v2. Undefined when it lies outside of what is mounted here.
 */
export function cgroupDir(mounts: readonly CgroupMount[], cgroupFile: string, controller: string): string | undefined {
  const lines = cgroupFile.split('\n').map((line) => line.split(':'));
  const v1 = mounts.find(({ controllers }) => controllers.includes(controller));
  const mount = v1 ?? mounts.find(({ controllers }) => controllers.length === 0);
  const line = v1 ? lines.find((l) => l[1]?.split(',').includes(controller)) : lines.find((l) => l[0] === '0');
  const path = line?.slice(2).join(':');
  if (!mount || path === undefined) return undefined;
  if (mount.root === '/' || path === mount.root) return mount.mountpoint + (path === mount.root ? '' : path);
  if (path.startsWith(`${mount.root}/`)) return mount.mountpoint + path.slice(mount.root.length);
  return undefined;
}

import type { Mounter } from './mounter.ts';

/** Mounts nothing and remembers it: what a volume holds lies in plain folders. */
export function bookMounter(): Mounter {
  const mounts = new Set<string>();
  return {
    list: async (prefix) => [...mounts].filter((path) => path === prefix || path.startsWith(`${prefix}/`)),
    mountTmpfs: async (path) => void mounts.add(path),
    bind: async (_, path) => void mounts.add(path),
    unmount: async (path) => void mounts.delete(path),
  };
}

/** Where the kubelet keeps a pod's files, laid out as upstream's below --root-dir. */
export interface PodPaths {
  readonly root: string;
  podDirectory(uid: string): string;
  volume(uid: string, plugin: VolumePlugin, name: string): string;
  /** Folder of the places that subPaths are bound to. */
  subPaths(uid: string): string;
  etcHosts(uid: string): string;
  /** Folder of a container's termination message files. */
  container(uid: string, container: string): string;
}

export type VolumePlugin = 'empty-dir' | 'configmap' | 'secret' | 'downward-api' | 'projected';

export function podPaths(root: string): PodPaths {
  const podDirectory = (uid: string) => `${root}/pods/${uid}`;
  return {
    root,
    podDirectory,
    volume: (uid, plugin, name) => `${podDirectory(uid)}/volumes/kubernetes.io~${plugin}/${name}`,
    subPaths: (uid) => `${podDirectory(uid)}/volume-subpaths`,
    etcHosts: (uid) => `${podDirectory(uid)}/etc-hosts`,
    container: (uid, container) => `${podDirectory(uid)}/containers/${container}`,
  };
}

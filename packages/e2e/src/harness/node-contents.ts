import type { ComposeCluster } from './compose-cluster.ts';

/** What a node holds of pods, as its engine, its network and its file systems say. */
export interface NodeContents {
  /** Running containers, sandboxes left out. */
  readonly containers: readonly OwnedContainer[];
  readonly sandboxes: readonly OwnedContainer[];
  /** Uids of the pods that containers of any state belong to. */
  readonly owners: readonly string[];
  /** Addresses that CNI's host-local has given out. */
  readonly addresses: readonly string[];
  readonly interfaces: number;
  /** Uids of pods with mounts, folders, logs, cgroups. */
  readonly mounts: readonly string[];
  readonly folders: readonly string[];
  readonly logs: readonly string[];
  readonly cgroups: readonly string[];
}

export interface OwnedContainer {
  readonly id: string;
  readonly uid: string;
  readonly name: string;
}

const SCRIPT = `
format='{{.ID}} {{.Label "io.kubernetes.pod.uid"}} {{.Label "io.kubernetes.container.name"}} {{.State}} {{.Names}}'
docker ps -a --no-trunc --filter label=io.kubernetes.pod.uid --format "$format" | sed 's/^/container /'
ls /var/lib/cni/networks/* 2>/dev/null | grep '^[0-9]' | sed 's/^/address /'
ip -o link show type veth | grep ': veth' | sed 's/^/interface /'
cut -d' ' -f2 /proc/mounts | sed -n 's|^/var/lib/kubelet/pods/\\([^/]*\\)/.*|mount \\1|p' | sort -u
ls /var/lib/kubelet/pods 2>/dev/null | sed 's/^/folder /'
ls /var/log/pods 2>/dev/null | sed 's/.*_/log /'
find /sys/fs/cgroup -path '*kubepods*' -type d -name 'pod*' 2>/dev/null | sed 's|.*/pod|cgroup |' | sort -u
`;

export async function nodeContents(cluster: ComposeCluster, node: string): Promise<NodeContents> {
  const lines = (await cluster.inNode(node, ['sh', '-c', SCRIPT])).split('\n').map((line) => line.split(' '));
  const of = (word: string) => lines.filter(([first]) => first === word).map(([, ...rest]) => rest);
  const firsts = (word: string) => of(word).map(([first = '']) => first);
  const all = of('container').map(([id = '', uid = '', name = '', state = '', names = '']) => ({
    ...{ id, uid, name, state },
    isSandbox: names.startsWith('k8s_POD_'),
  }));
  const running = all.filter(({ state }) => state === 'running');
  return {
    containers: running.filter(({ isSandbox }) => !isSandbox),
    sandboxes: running.filter(({ isSandbox }) => isSandbox),
    owners: [...new Set(all.map(({ uid }) => uid))],
    addresses: firsts('address'),
    interfaces: of('interface').length,
    mounts: firsts('mount'),
    folders: firsts('folder'),
    logs: firsts('log'),
    cgroups: firsts('cgroup'),
  };
}

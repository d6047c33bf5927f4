import { eventually } from '@coxswain/foundation/testing';
import type { ComposeCluster } from './compose-cluster.ts';

const RUN = '/run/coxswain/service/kubelet/run';
const WHOLE = '/etc/coxswain/sv/kubelet/run';

/**
 * Runs the node's kubelet with further flags (the last of a flag counts) while `body` runs, then as it was. Pods and
 * their containers stay.
 */
export async function withKubeletFlags(
  cluster: ComposeCluster,
  node: string,
  flags: readonly string[],
  body: () => Promise<void>,
): Promise<void> {
  const words = flags.map((flag) => `'${flag}'`).join(' ');
  await restart(cluster, node, `sed "s|--cluster-domain=cluster.local|& ${words}|" ${WHOLE} > ${RUN}`);
  try {
    await body();
  } finally {
    await restart(cluster, node, `cp ${WHOLE} ${RUN}`);
  }
}

/** Kills the node's kubelet and waits until its supervisor has another one running. */
export function restartKubelet(cluster: ComposeCluster, node: string): Promise<void> {
  return restart(cluster, node, 'true');
}

async function restart(cluster: ComposeCluster, node: string, change: string): Promise<void> {
  const pidFile = '/run/coxswain/service/kubelet/supervise/pid';
  const before = (await cluster.inNode(node, ['cat', pidFile])).trim();
  await cluster.inNode(node, ['sh', '-c', `${change} && kill -9 ${before}`]);
  await eventually(
    async () => {
      const { stdout } = await cluster.tryInNode(node, [
        ...[
          'sh',
          '-c',
          `test "$(cat ${pidFile})" != ${before} && curl -fs --max-time 2 http://127.0.0.1:10248/healthz`,
        ],
      ]);
      if (stdout.trim() !== 'ok') throw new Error(`the kubelet of ${node} is not back: ${stdout}`);
    },
    { timeout: 60_000, interval: 500 },
  );
}

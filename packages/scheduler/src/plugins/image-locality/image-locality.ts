import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { Snapshot } from '../../cache/snapshot.ts';
import { type StateKey, stateKey } from '../../framework/cycle-state.ts';
import { MAX_NODE_SCORE, type Plugin } from '../../framework/plugin.ts';
import { skip, success } from '../../framework/status.ts';

/** Less than this on a node isn't worth anything. */
const MIN_BYTES = 23 * 1024 * 1024;
/** More than this for each container is worth no more. */
const MAX_BYTES_PER_CONTAINER = 1000 * 1024 * 1024;

interface Wanted {
  /** Each container's image, with the share of nodes that have it: one that few have would draw all pods to these. */
  readonly images: readonly { readonly name: string; readonly share: number }[];
  readonly maxBytes: number;
}

const WANTED: StateKey<Wanted> = stateKey('PreScoreImageLocality');

/** Prefers nodes that have much of the pod's images already. */
export function imageLocality(): Plugin {
  return {
    name: 'ImageLocality',
    preScore(state, pod, _, snapshot) {
      const wanted = wantedImages(pod, snapshot);
      if (wanted.images.length === 0) return skip;
      state.write(WANTED, wanted);
      return success;
    },
    score: (state, _, node) => localityScore(state.read(WANTED), node),
  };
}

function wantedImages({ pod }: PodInfo, { nodes, images }: Snapshot): Wanted {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const known = containers.flatMap(({ image }) => {
    const name = withTag(image ?? '');
    const holders = images.get(name);
    return holders ? [{ name, share: holders / nodes.length }] : [];
  });
  return { images: known, maxBytes: MAX_BYTES_PER_CONTAINER * containers.length };
}

function localityScore({ images, maxBytes }: Wanted, node: NodeInfo): number {
  let bytes = 0;
  for (const { name, share } of images) bytes += Math.trunc((node.images.get(name) ?? 0) * share);
  const within = Math.min(Math.max(bytes, MIN_BYTES), maxBytes);
  return Math.floor((MAX_NODE_SCORE * (within - MIN_BYTES)) / (maxBytes - MIN_BYTES));
}

/** Nodes list images with their tag. */
function withTag(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}

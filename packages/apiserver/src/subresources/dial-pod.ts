import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { newBadRequest } from '@coxswain/api';
import { openForward } from '@coxswain/streaming';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { kubeletOf } from './log.ts';
import type { PodPort } from './proxy-target.ts';

const DIAL_TIMEOUT_MS = 30_000;

/**
 * A connection to a port of a pod. The control plane need not be on the pods' network: the connection is forwarded by
 * the pod's kubelet, into the pod's own network namespace alone. Pods on their node's network are dialled by its address,
 * so that nothing that listens on the node's loopback is reached.
 */
export async function dialPod(
  dependencies: Pick<HandlerDependencies, 'kubelets' | 'caches'>,
  { pod, ip, port }: PodPort,
  signal: AbortSignal,
): Promise<Duplex> {
  if (pod.spec.hostNetwork) return dialAddress(ip, port, signal);
  const { namespace = '', name, uid = '' } = pod.metadata;
  if (!pod.spec.nodeName) throw newBadRequest(`pod ${name} does not have a host assigned`);
  const kubelet = kubeletOf(dependencies, pod.spec.nodeName);
  const path = `/portForward/${[namespace, name, uid].map(encodeURIComponent).join('/')}`;
  const socket = await dependencies.kubelets.upgrade(kubelet, path, 'portforward.k8s.io', signal);
  return openForward(socket, port);
}

export function dialAddress(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.setTimeout(DIAL_TIMEOUT_MS, () => socket.destroy(new Error(`dial tcp ${host}:${port}: i/o timeout`)));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

import { objectKey, type Pod, podKind } from '@coxswain/api';

import type { FakeApiClient } from '@coxswain/client/testing';

/** Makes a pod run and be ready, on a node. */
export function makeReady(client: FakeApiClient, pod: Pod): void {
  client.change(podKind, objectKey(pod), (next) => {
    next.spec.nodeName ??= 'node-1';
    next.status = {
      phase: 'Running',
      podIP: '10.244.0.9',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: new Date().toISOString() }],
    };
  });
}

/** Every few milliseconds: new pods become ready, deleted ones go. Returns its end. */
export function startFakeKubelet(client: FakeApiClient): () => void {
  const timer = setInterval(() => {
    for (const pod of client.objects(podKind)) {
      if (pod.metadata.deletionTimestamp !== undefined) client.remove(podKind, objectKey(pod));
      else if (pod.status?.phase !== 'Running') makeReady(client, pod);
    }
  }, 5);
  return () => clearInterval(timer);
}

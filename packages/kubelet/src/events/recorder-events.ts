import type { Node, ObjectReference, Pod } from '@coxswain/api';
import type { EventRecorder } from '@coxswain/client';
import { containerFieldPath } from '../container/pod-containers.ts';
import type { KubeletEvents } from './pod-events.ts';

/** Events by way of the client's recorder, which counts, combines and bounds them. */
export function recorderEvents(recorder: EventRecorder): KubeletEvents {
  const reference = (pod: Pod, fieldPath?: string): ObjectReference => ({
    apiVersion: 'v1',
    kind: 'Pod',
    name: pod.metadata.name,
    namespace: pod.metadata.namespace,
    uid: pod.metadata.uid,
    resourceVersion: pod.metadata.resourceVersion,
    ...(fieldPath === undefined ? {} : { fieldPath }),
  });
  return {
    pod: (pod, type, reason, message) => recorder.event(reference(pod), type, reason, message),
    container: (pod, container, type, reason, message) =>
      recorder.event(reference(pod, containerFieldPath(pod, container)), type, reason, message),
    node: ({ metadata: { name } }: Pick<Node, 'metadata'>, type, reason, message) =>
      recorder.event({ apiVersion: 'v1', kind: 'Node', name, uid: name }, type, reason, message),
  };
}

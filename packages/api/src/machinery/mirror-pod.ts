/** Marks the pod that shows a static pod of a node in the API; its value is the static pod's hash. Nobody runs such a pod. */
export const MIRROR_POD_ANNOTATION = 'kubernetes.io/config.mirror';

import type { KubeObject, OwnerReferenceShape, Pod, PodTemplateSpec } from '@coxswain/api';

/** A pod of a template, named by its owner and the server, controlled by `reference`. */
export function podFromTemplate(owner: KubeObject, template: PodTemplateSpec, reference: OwnerReferenceShape): Pod {
  const { metadata, spec } = template;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      labels: metadata?.labels,
      annotations: metadata?.annotations,
      finalizers: metadata?.finalizers,
      ownerReferences: [reference],
    },
    spec,
  };
}

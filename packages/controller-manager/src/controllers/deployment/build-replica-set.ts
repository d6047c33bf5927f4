import { controllerRef, type Deployment, deepCopy, deploymentKind, type ReplicaSet } from '@coxswain/api';
import { templateHash } from '../../shared/template-hash.ts';
import { newReplicaSetAnnotations, POD_TEMPLATE_HASH, replicasAnnotations } from './annotations.ts';
import { desiredReplicas, rollingLimits } from './rolling-limits.ts';

/** The ReplicaSet for the Deployment's present template, `<deployment>-<pod-template-hash>`, of the given size. */
export function buildReplicaSet(deployment: Deployment, revision: number, replicas: number): ReplicaSet {
  const { metadata, spec } = deployment;
  const hash = templateHash(spec.template, deployment.status?.collisionCount);
  const template = deepCopy(spec.template);
  const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
  template.metadata = { ...template.metadata, labels } as NonNullable<typeof template.metadata>;
  const desired = desiredReplicas(deployment);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace,
      labels,
      annotations: {
        ...newReplicaSetAnnotations(deployment, undefined, revision),
        ...replicasAnnotations(desired, desired + rollingLimits(deployment).maxSurge),
      },
      ownerReferences: [controllerRef(deployment, deploymentKind)],
    },
    spec: {
      replicas,
      minReadySeconds: spec.minReadySeconds,
      selector: {
        ...spec.selector,
        matchLabels: { ...spec.selector.matchLabels, [POD_TEMPLATE_HASH]: hash },
      },
      template,
    },
  };
}

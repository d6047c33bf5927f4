import type { PodSpec } from '@coxswain/api';

/** What of the API a pod needs, in upstream's words and order: a mirror pod may need nothing. */
export function podReferences(spec: PodSpec): string[] {
  const { volumes = [] } = spec;
  const containers = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
  const sources = volumes.flatMap(({ projected }) => projected?.sources ?? []);
  const inEnvironment = (kind: 'secret' | 'configMap') =>
    containers.some(
      ({ envFrom = [], env = [] }) =>
        envFrom.some((each) => each[`${kind}Ref`]) || env.some(({ valueFrom }) => valueFrom?.[`${kind}KeyRef`]),
    );
  const secrets =
    !!spec.imagePullSecrets?.length ||
    inEnvironment('secret') ||
    sources.some(({ secret }) => secret) ||
    volumes.some(
      ({ secret, azureFile, csi, ...others }) =>
        secret || azureFile || csi?.nodePublishSecretRef || Object.values(others).some(hasSecretRef),
    );
  const configMaps =
    inEnvironment('configMap') || sources.some(({ configMap }) => configMap) || volumes.some((each) => each.configMap);
  return [
    ...(spec.serviceAccountName ? ['a service account'] : []),
    ...(secrets ? ['secrets'] : []),
    ...(configMaps ? ['configmaps'] : []),
    ...(sources.some(({ clusterTrustBundle }) => clusterTrustBundle) ? ['clustertrustbundles'] : []),
    ...(volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim) ? ['persistentvolumeclaims'] : []),
  ];
}

/** Older volumes name their secret so. */
function hasSecretRef(source: unknown): boolean {
  return typeof source === 'object' && source !== null && 'secretRef' in source && source.secretRef !== undefined;
}

import type { Container } from '../kinds/core/pod/container.ts';
import type { Pod } from '../kinds/core/pod/pod.ts';

/** Names of objects in the pod's namespace. */
export interface PodReferences {
  readonly configMaps: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
}

/** The config maps and secrets that a pod needs, whatever kind of volume or variable they are for. Pure. */
export function podReferences({ spec }: Pick<Pod, 'spec'>): PodReferences {
  const configMaps = new Set<string>();
  const secrets = new Set<string>();
  const add = (set: Set<string>, name: string | undefined) => {
    if (name) set.add(name);
  };
  for (const { name } of spec.imagePullSecrets ?? []) add(secrets, name);
  const containers = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
  for (const { envFrom = [], env = [] } of containers as readonly Container[]) {
    for (const { configMapRef, secretRef } of envFrom) {
      add(configMaps, configMapRef?.name);
      add(secrets, secretRef?.name);
    }
    for (const { valueFrom } of env) {
      add(configMaps, valueFrom?.configMapKeyRef?.name);
      add(secrets, valueFrom?.secretKeyRef?.name);
    }
  }
  for (const { name: _, configMap, secret, projected, ...others } of spec.volumes ?? []) {
    add(configMaps, configMap?.name);
    add(secrets, secret?.secretName);
    for (const source of projected?.sources ?? []) {
      add(configMaps, source.configMap?.name);
      add(secrets, source.secret?.name);
    }
    // Providers' volumes name theirs in one of three ways.
    for (const source of Object.values(others) as readonly ProviderSource[]) {
      add(secrets, source?.secretName);
      add(secrets, source?.secretRef?.name);
      add(secrets, source?.nodePublishSecretRef?.name);
    }
  }
  return { configMaps, secrets };
}

interface ProviderSource {
  readonly secretName?: string;
  readonly secretRef?: { readonly name?: string };
  readonly nodePublishSecretRef?: { readonly name?: string };
}

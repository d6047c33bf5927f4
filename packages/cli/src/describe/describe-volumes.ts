import type { Volume } from '@coxswain/api';
import type { Lines } from './lines.ts';

/** Adds a pod's volumes. */
export function addVolumes(lines: Lines, level: number, volumes: readonly Volume[]): void {
  if (volumes.length === 0) {
    lines.add(level, 'Volumes:', '<none>');
    return;
  }
  lines.add(level, 'Volumes:');
  for (const volume of volumes) {
    lines.add(1, `${' '.repeat(level)}${volume.name}:`);
    for (const [title, value] of describeVolume(volume)) lines.add(2, `${title}:`, value);
  }
}

type Fact = readonly [title: string, value: string];

function describeVolume(volume: Volume): Fact[] {
  const { emptyDir, hostPath, configMap, secret, projected, persistentVolumeClaim, downwardAPI } = volume;
  if (emptyDir)
    return [
      ['Type', "EmptyDir (a temporary directory that shares a pod's lifetime)"],
      ['Medium', emptyDir.medium ?? ''],
      ['SizeLimit', emptyDir.sizeLimit === undefined ? '<unset>' : String(emptyDir.sizeLimit)],
    ];
  if (hostPath)
    return [
      ['Type', 'HostPath (bare host directory volume)'],
      ['Path', hostPath.path],
      ['HostPathType', hostPath.type ?? ''],
    ];
  if (configMap)
    return [
      ['Type', 'ConfigMap (a volume populated by a ConfigMap)'],
      ['Name', configMap.name ?? ''],
      ['Optional', String(configMap.optional ?? false)],
    ];
  if (secret)
    return [
      ['Type', 'Secret (a volume populated by a Secret)'],
      ['SecretName', secret.secretName ?? ''],
      ['Optional', String(secret.optional ?? false)],
    ];
  if (persistentVolumeClaim)
    return [
      ['Type', 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)'],
      ['ClaimName', persistentVolumeClaim.claimName],
      ['ReadOnly', String(persistentVolumeClaim.readOnly ?? false)],
    ];
  if (downwardAPI) return [['Type', 'DownwardAPI (a volume populated by information about the pod)']];
  if (projected) return describeProjected(projected);
  const type = Object.keys(volume).find((key) => key !== 'name') ?? '<unknown>';
  return [['Type', type]];
}

function describeProjected({ sources = [] }: NonNullable<Volume['projected']>): Fact[] {
  const facts: Fact[] = [['Type', 'Projected (a volume that contains injected data from multiple sources)']];
  for (const { serviceAccountToken, configMap, secret, downwardAPI } of sources) {
    if (serviceAccountToken)
      facts.push(['TokenExpirationSeconds', String(serviceAccountToken.expirationSeconds ?? 3600)]);
    if (configMap)
      facts.push(['ConfigMapName', configMap.name ?? ''], ['Optional', String(configMap.optional ?? false)]);
    if (secret) facts.push(['SecretName', secret.name ?? ''], ['Optional', String(secret.optional ?? false)]);
    if (downwardAPI) facts.push(['DownwardAPI', 'true']);
  }
  return facts;
}

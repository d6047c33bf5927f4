import {
  BIND_COMPLETED,
  type CSIDriver,
  type CSINode,
  type CSIStorageCapacity,
  type KubeObject,
  objectKey,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
  type VolumeAttachment,
} from '@coxswain/api';

import { AssumeCache, type ObjectSource } from '../volumes/assume-cache.ts';

import type { VolumeObjects } from '../volumes/volume-objects.ts';

export interface KnownVolumes {
  readonly claims?: readonly PersistentVolumeClaim[];
  readonly volumes?: readonly PersistentVolume[];
  readonly classes?: readonly StorageClass[];
  readonly csiNodes?: readonly CSINode[];
  readonly csiDrivers?: readonly CSIDriver[];
  readonly capacities?: readonly CSIStorageCapacity[];
  readonly attachments?: readonly VolumeAttachment[];
}

/** These objects and no others. */
export function knownVolumes(known: KnownVolumes): VolumeObjects {
  return {
    claims: new AssumeCache(source(known.claims)),
    volumes: new AssumeCache(source(known.volumes)),
    classes: source(known.classes),
    csiNodes: source(known.csiNodes),
    csiDrivers: source(known.csiDrivers),
    capacities: source(known.capacities),
    attachments: source(known.attachments),
  };
}

function source<T extends KubeObject>(objects: readonly T[] = []): ObjectSource<T> {
  const byKey = new Map(objects.map((object) => [objectKey(object), object]));
  return { get: (key) => byKey.get(key), list: () => [...byKey.values()] };
}

export interface VolumeParts {
  readonly class?: string;
  readonly size?: string;
  readonly modes?: readonly string[];
  readonly labels?: Record<string, string>;
  /** Of the nodes that reach the volume. */
  readonly zone?: string;
}

/** An available volume of 1 Gi and class `local` that every node reaches. */
export function makeVolume(name: string, parts: VolumeParts = {}): PersistentVolume {
  const { zone, labels } = parts;
  const required = {
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone ?? ''] }] }],
  };
  return {
    metadata: { name, uid: `uid-${name}`, resourceVersion: '1', ...(labels ? { labels } : {}) },
    spec: {
      capacity: { storage: parts.size ?? '1Gi' },
      accessModes: [...(parts.modes ?? ['ReadWriteOnce'])],
      storageClassName: parts.class ?? 'local',
      ...(zone === undefined ? {} : { nodeAffinity: { required } }),
    },
    status: { phase: 'Available' },
  };
}

/** A claim in namespace `default`, bound where `volume` is given. */
export function makeClaim(name: string, parts: VolumeParts & { readonly volume?: string } = {}): PersistentVolumeClaim {
  const { volume } = parts;
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      resourceVersion: '1',
      ...(volume === undefined ? {} : { annotations: { [BIND_COMPLETED]: 'yes' } }),
    },
    spec: {
      accessModes: [...(parts.modes ?? ['ReadWriteOnce'])],
      resources: { requests: { storage: parts.size ?? '1Gi' } },
      storageClassName: parts.class ?? 'local',
      ...(volume === undefined ? {} : { volumeName: volume }),
    },
    status: { phase: volume === undefined ? 'Pending' : 'Bound' },
  };
}

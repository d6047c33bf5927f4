import { storageClassOf } from '@coxswain/api';
import { stateKey } from '../../framework/cycle-state.ts';
import type { Plugin, PluginHandle } from '../../framework/plugin.ts';
import { skip, success, unresolvable } from '../../framework/status.ts';

import { podClaims } from '../../volumes/pod-claims.ts';

interface Topology {
  readonly key: string;
  readonly values: ReadonlySet<string>;
}

const TOPOLOGIES = stateKey<readonly Topology[]>('VolumeZone');
const CONFLICT = unresolvable('node(s) had no available volume zone');
const KEYS = [
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
];

/** A node that says its zone or region must be in those that the labels of the pod's bound volumes name. */
export function volumeZone({ volumes: objects }: PluginHandle): Plugin {
  return {
    name: 'VolumeZone',
    events: [
      { event: 'StorageClassAdd' },
      { event: 'NodeAdd' },
      { event: 'NodeUpdateLabel' },
      { event: 'PvcAdd' },
      { event: 'PvcUpdate' },
      { event: 'PvAdd' },
      { event: 'PvUpdate' },
    ],
    preFilter(state, { pod }) {
      const topologies: Topology[] = [];
      for (const { key, name } of podClaims(pod)) {
        const claim = objects.claims.get(key);
        if (!claim) return unresolvable(`persistentvolumeclaim "${name}" not found`);
        const { volumeName } = claim.spec;
        if (!volumeName) {
          const waits = objects.classes.get(storageClassOf(claim))?.volumeBindingMode === 'WaitForFirstConsumer';
          if (waits) continue;
          return unresolvable('PersistentVolumeClaim had no pv name and storageClass name');
        }
        const volume = objects.volumes.get(volumeName);
        if (!volume) return unresolvable(`persistentvolume "${volumeName}" not found`);
        for (const label of KEYS) {
          const value = volume.metadata.labels?.[label];
          if (value !== undefined) topologies.push({ key: label, values: new Set(value.split('__')) });
        }
      }
      if (topologies.length === 0) return skip;
      state.write(TOPOLOGIES, topologies);
      return success;
    },
    filter(state, _, { labels }) {
      if (!KEYS.some((key) => labels[key] !== undefined)) return success;
      return state.read(TOPOLOGIES).every(({ key, values }) => values.has(labelOf(labels, key))) ? success : CONFLICT;
    },
  };
}

/** A volume may still carry the old name of a label, or the node may. */
function labelOf(labels: Readonly<Record<string, string>>, key: string): string {
  const [stable, beta] = ['topology.kubernetes.io/', 'failure-domain.beta.kubernetes.io/'];
  const other = key.startsWith(stable) ? key.replace(stable, beta) : key.replace(beta, stable);
  return labels[key] ?? labels[other] ?? '';
}

import { Gauge, type Metrics } from '@coxswain/foundation';
import type { Kubelet } from '../kubelet.ts';
import type { DiskUsage, DiskUse } from './disk-usage.ts';

const SERIES: readonly (readonly [name: string, help: string, read: (use: DiskUse) => number])[] = [
  ['capacity_bytes', 'Capacity in bytes of the volume', ({ capacity }) => capacity],
  ['available_bytes', 'Number of available bytes in the volume', ({ available }) => available],
  ['used_bytes', 'Number of used bytes in the volume', ({ used }) => used],
  ['inodes', 'Maximum number of inodes in the volume', ({ inodes }) => inodes],
  ['inodes_free', 'Number of free inodes in the volume', ({ inodesFree }) => inodesFree],
  ['inodes_used', 'Number of used inodes in the volume', ({ inodesUsed }) => inodesUsed],
];

/** `kubelet_volume_stats_*` of volumes behind claims, as last measured. */
export function volumeMetrics(register: Metrics, kubelet: Pick<Kubelet, 'pods'>, disks: DiskUsage): void {
  // The first series is collected first, and fills all: the pods are walked once a scrape.
  const gauges = SERIES.map(
    ([name, help, read], index) =>
      [
        new Gauge({
          name: `kubelet_volume_stats_${name}`,
          help,
          labelNames: ['namespace', 'persistentvolumeclaim'],
          registers: [register],
          ...(index === 0 ? { collect: fill } : {}),
        }),
        read,
      ] as const,
  );

  function fill(): void {
    for (const [gauge] of gauges) gauge.reset();
    const all = disks.pods;
    for (const { metadata } of kubelet.pods())
      for (const { claim, path } of all.get(metadata.uid ?? '')?.volumes ?? []) {
        const use = claim === undefined ? undefined : disks.of(path);
        if (claim === undefined || !use) continue;
        const labels = { namespace: metadata.namespace ?? '', persistentvolumeclaim: claim };
        for (const [gauge, read] of gauges) gauge.set(labels, read(use));
      }
  }
}

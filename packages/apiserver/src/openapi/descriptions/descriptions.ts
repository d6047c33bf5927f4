import { clusterTexts } from './cluster.ts';
import { commonTexts } from './common.ts';
import { deviceTexts } from './devices.ts';
import { extensionTexts } from './extension.ts';
import { networkTexts } from './network.ts';
import { podTexts } from './pod.ts';
import type { TextTable } from './text-table.ts';
import { volumeTexts } from './volumes.ts';
import { workloadTexts } from './workloads.ts';

const TABLES: readonly TextTable[] = [
  podTexts,
  volumeTexts,
  workloadTexts,
  networkTexts,
  clusterTexts,
  extensionTexts,
  deviceTexts,
];
/** By struct; a struct stands in one table alone. */
export const structTexts: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map(
  TABLES.flatMap((table) => Object.entries(table)),
);
const common = new Map(Object.entries(commonTexts));

/** Structs whose fields are those of another one and mean the same. */
const LIKE: ReadonlyMap<string, string> = new Map([
  ['EphemeralContainer', 'Container'],
  ['StatefulSetSpec', 'DeploymentSpec'],
  ['DaemonSetSpec', 'DeploymentSpec'],
  ['PersistentVolumeSpec', 'Volume'],
]);

/** What a person is told of a struct, if anything. */
export function structDescription(struct: string): string | undefined {
  return ownText(struct, 'self');
}

/** What a person is told of a field of a struct, in words of our own. */
export function fieldDescription(struct: string, field: string): string | undefined {
  const like = LIKE.get(struct);
  return ownText(struct, field) ?? (like === undefined ? undefined : ownText(like, field)) ?? common.get(field);
}

function ownText(struct: string, field: string): string | undefined {
  const texts = structTexts.get(struct);
  return texts && Object.hasOwn(texts, field) ? texts[field] : undefined;
}

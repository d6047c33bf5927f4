import type { KubeObject, ObjectMetaShape } from '@coxswain/api';
import { LAST_APPLIED } from '../apply/plan-apply.ts';
import type { Lines } from './lines.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Fri, 21 Nov 2026 09:42:05 +0000` in the machine's time zone, as kubectl writes times. */
export function timeText(timestamp: string | undefined): string {
  if (timestamp === undefined) return '<unset>';
  const date = new Date(timestamp);
  const two = (value: number) => String(value).padStart(2, '0');
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${DAYS[date.getDay()]}, ${two(date.getDate())} ${MONTHS[date.getMonth()]} ${date.getFullYear()} ${clock} ${zone}`;
}

type Labels = Readonly<Record<string, string>> | undefined;

export function pairs(map: Labels, separator = '='): string[] {
  const entries = Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, value]) => `${key}${separator}${value}`);
}

export function addLabels(lines: Lines, level: number, { labels }: Pick<ObjectMetaShape, 'labels'>): void {
  lines.addList(level, 'Labels:', pairs(labels));
}

/** Without the copy of the manifest that apply keeps there. */
export function addAnnotations(
  lines: Lines,
  level: number,
  { annotations }: Pick<ObjectMetaShape, 'annotations'>,
): void {
  const { [LAST_APPLIED]: _, ...shown } = annotations ?? {};
  const texts = Object.entries(shown)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) =>
      value.trimEnd().includes('\n') || key.length + value.length + 2 >= 140
        ? [
            `${key}:`,
            ...value
              .trimEnd()
              .split('\n')
              .map((line) => `  ${line.length > 138 ? `${line.slice(0, 138)}...` : line}`),
          ]
        : [`${key}: ${value}`],
    );
  lines.addList(level, 'Annotations:', texts);
}

export function addHead(lines: Lines, { metadata }: KubeObject): void {
  lines.add(0, 'Name:', metadata.name);
  if (metadata.namespace !== undefined) lines.add(0, 'Namespace:', metadata.namespace);
}

export function controllerOf({ ownerReferences }: ObjectMetaShape): string | undefined {
  const owner = ownerReferences?.find(({ controller }) => controller);
  return owner && `${owner.kind}/${owner.name}`;
}

/** A table below a title: dashes under the column names. */
export function addTable(
  lines: Lines,
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  lines.add(0, title);
  lines.add(1, ...columns);
  lines.add(1, ...columns.map((column) => '-'.repeat(Math.max(4, column.length))));
  for (const row of rows) lines.add(1, ...row);
}

export function capital(flag: boolean | undefined): string {
  return flag ? 'True' : 'False';
}

import type { AnyObject } from '../output/print-objects.ts';
import type { Lines } from './lines.ts';
import { addAnnotations, addLabels } from './parts.ts';

const IN_HEAD = new Set(['name', 'namespace', 'labels', 'annotations', 'managedFields']);

/** Any object: its head, then every field by name. */
export function describeGeneric(lines: Lines, object: AnyObject): void {
  const { apiVersion = '', kind = '', metadata = {}, ...rest } = object;
  lines.add(0, 'Name:', String(metadata['name'] ?? ''));
  lines.add(0, 'Namespace:', String(metadata['namespace'] ?? ''));
  addLabels(lines, 0, metadata as { labels?: Record<string, string> });
  addAnnotations(lines, 0, metadata as { annotations?: Record<string, string> });
  lines.add(0, 'API Version:', apiVersion);
  lines.add(0, 'Kind:', kind);
  const others = Object.fromEntries(Object.entries(metadata).filter(([key]) => !IN_HEAD.has(key)));
  addFields(lines, 0, { metadata: others, ...rest });
}

function addFields(lines: Lines, level: number, map: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const title = `${fieldTitle(key)}:`;
    if (Array.isArray(value)) {
      lines.add(level, title);
      for (const item of value) {
        if (typeof item === 'object' && item !== null) addFields(lines, level + 1, item as Record<string, unknown>);
        else lines.add(level + 1, String(item));
      }
    } else if (typeof value === 'object' && value !== null) {
      lines.add(level, title);
      addFields(lines, level + 1, value as Record<string, unknown>);
    } else lines.add(level, title, String(value ?? '<nil>'));
  }
}

/** `creationTimestamp` → `Creation Timestamp`; what is no field name in camel case stays. */
export function fieldTitle(key: string): string {
  if (!/^[a-z][A-Za-z0-9]*$/.test(key)) return key;
  const words = key.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

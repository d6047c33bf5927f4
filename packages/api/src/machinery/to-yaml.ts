import { isObject } from './json.ts';
import { compareYamlKeys } from './yaml-key-order.ts';
import { quoteDouble, scalarStyle } from './yaml-scalar.ts';

/** Writes a JSON value as `kubectl -o yaml` does: sorted keys, lists not indented, no folding. Ends with a line break. */
export function toYaml(value: unknown): string {
  const lines: string[] = [];
  if (isObject(value) && members(value).length > 0) writeMap(lines, value, '', '');
  else if (Array.isArray(value) && value.length > 0) writeList(lines, value, '', '');
  else lines.push(scalar(value, '  '));
  return `${lines.join('\n')}\n`;
}

function members(map: Record<string, unknown>): string[] {
  return Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort(compareYamlKeys);
}

/** @param first what stands before the first member on its line; the others are indented by `indent` */
function writeMap(lines: string[], map: Record<string, unknown>, indent: string, first: string): void {
  let lead = first;
  for (const key of members(map)) {
    const name = `${lead}${keyText(key)}:`;
    const value = map[key];
    if (isObject(value) && members(value).length > 0) {
      lines.push(name);
      writeMap(lines, value, `${indent}  `, `${indent}  `);
    } else if (Array.isArray(value) && value.length > 0) {
      lines.push(name);
      writeList(lines, value, indent, indent);
    } else lines.push(`${name} ${scalar(value, `${indent}  `)}`);
    lead = indent;
  }
}

function writeList(lines: string[], list: readonly unknown[], indent: string, first: string): void {
  let lead = first;
  for (const item of list) {
    const start = `${lead}- `;
    if (isObject(item) && members(item).length > 0) writeMap(lines, item, `${indent}  `, start);
    else if (Array.isArray(item) && item.length > 0) writeList(lines, item, `${indent}  `, start);
    else lines.push(start + scalar(item, `${indent}  `));
    lead = indent;
  }
}

function scalar(value: unknown, indent: string): string {
  if (typeof value === 'string') return text(value, indent);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return '[]';
  return isObject(value) ? '{}' : 'null';
}

function keyText(key: string): string {
  return key.includes('\n') ? quoteDouble(key) : text(key, '');
}

function text(value: string, indent: string): string {
  switch (scalarStyle(value)) {
    case 'plain':
      return value;
    case 'single':
      return `'${value.replaceAll("'", "''")}'`;
    case 'double':
      return quoteDouble(value);
    case 'literal':
      return literal(value, indent);
  }
}

function literal(value: string, indent: string): string {
  const hint = /^[ \n]/.test(value) ? '2' : '';
  const chomp = !value.endsWith('\n') ? '-' : value === '\n' || value.endsWith('\n\n') ? '+' : '';
  const body = value.endsWith('\n') ? value.slice(0, -1) : value;
  const lines = body.split('\n').map((line) => (line === '' ? '' : indent + line));
  return [`|${hint}${chomp}`, ...lines].join('\n');
}

/** Whole numbers plainly, others as the shortest text, with an exponent below 1e-4 and from 1e6 on. */
function number(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 64) return BigInt(value).toString();
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

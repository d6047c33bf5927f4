import { objectJson } from '../output/object-json.ts';
import { JsonPathError, type Operand, type Part, type Step } from './parse-jsonpath.ts';

/** What kubectl writes for a template: results separated by spaces, objects as JSON. @throws JsonPathError with `strict` */
export function evaluateJsonPath(parts: readonly Part[], value: unknown, root: unknown = value): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case 'text':
          return part.text;
        case 'path':
          return follow(part.steps, [part.root ? root : value], root)
            .map(textOf)
            .join(' ');
        case 'range':
          return follow(part.steps, [part.root ? root : value], root)
            .map((item) => evaluateJsonPath(part.body, item, root))
            .join('');
        default:
          return part satisfies never;
      }
    })
    .join('');
}

function follow(steps: readonly Step[], values: readonly unknown[], root: unknown): unknown[] {
  let found = [...values];
  for (const step of steps) found = found.flatMap((value) => take(step, value, root));
  return found;
}

function take(step: Step, value: unknown, root: unknown): unknown[] {
  switch (step.kind) {
    case 'field':
      return isMap(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case 'wildcard':
      return children(value);
    case 'recursive':
      return descendants(value);
    case 'union':
      return step.members.flatMap((member) => take(member, value, root));
    case 'slice':
      return Array.isArray(value) ? slice(value, step) : [];
    case 'filter':
      return (Array.isArray(value) ? value : []).filter((item) => matches(step, item, root));
    default:
      return step satisfies never;
  }
}

function slice(list: readonly unknown[], { start, end, step }: Extract<Step, { kind: 'slice' }>): unknown[] {
  const index = (at: number) => (at < 0 ? at + list.length : at);
  const from = index(start ?? 0);
  const to = Math.min(end === undefined ? list.length : index(end), list.length);
  if (end === (start ?? 0) + 1 && from >= list.length)
    throw new JsonPathError(`array index out of bounds: index ${start}, length ${list.length}`);
  const found: unknown[] = [];
  for (let at = Math.max(0, from); at < to; at += Math.max(1, step)) found.push(list[at]);
  return found;
}

function matches({ left, operator, right }: Extract<Step, { kind: 'filter' }>, item: unknown, root: unknown): boolean {
  const [a] = operandValues(left, item, root);
  if (operator === 'exists' || right === undefined) return a !== undefined;
  const [b] = operandValues(right, item, root);
  if (a === undefined || b === undefined) return false;
  const [x, y] = typeof a === typeof b ? [a, b] : [String(a), String(b)];
  switch (operator) {
    case '==':
      return x === y;
    case '!=':
      return x !== y;
    case '<':
      return (x as number) < (y as number);
    case '<=':
      return (x as number) <= (y as number);
    case '>':
      return (x as number) > (y as number);
    default:
      return (x as number) >= (y as number);
  }
}

function operandValues(operand: Operand, item: unknown, root: unknown): unknown[] {
  return operand.kind === 'literal' ? [operand.value] : follow(operand.steps, [operand.root ? root : item], root);
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isMap(value) ? sortedKeys(value).map((key) => value[key]) : [];
}

function descendants(value: unknown): unknown[] {
  return [value, ...children(value).flatMap(descendants)];
}

function sortedKeys(map: Record<string, unknown>): string[] {
  return Object.keys(map).sort();
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? objectJson(value, '') : String(value);
}

import { deepCopy } from './deep-copy.ts';
import { deepEqual } from './deep-equal.ts';
import { guardDepth } from './depth-guard.ts';
import { isJsonObject, type Json, own, setOwn } from './json.ts';
import type { StatusError } from './status-error.ts';
import { newBadRequest, newRequestEntityTooLarge } from './status-errors.ts';
import { newGenericServerResponse } from './status-from-response.ts';

const MAX_OPERATIONS = 10_000;
const MAX_COPIED_BYTES = 3 * 1024 * 1024;
const OPERATIONS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

type Operation =
  | { op: 'add' | 'replace' | 'test'; path: string[]; value: Json }
  | { op: 'remove'; path: string[] }
  | { op: 'move' | 'copy'; path: string[]; from: string[] };

class PatchFailure extends Error {}

/**
 * Applies an RFC 6902 patch to a document, which stays as it was. A document that is no patch throws 400, one of more than
 * 10,000 operations 413, and one that does not fit the document (a failing test, a missing member) 422, as upstream does.
 */
export function applyJsonPatch(document: Json, patch: unknown): Json {
  if (!Array.isArray(patch)) throw newBadRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  if (patch.length > MAX_OPERATIONS) {
    throw newRequestEntityTooLarge(
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
    );
  }
  return guardDepth(() => applyAll(document, patch));
}

function applyAll(document: Json, patch: readonly unknown[]): Json {
  const holder: { root: Json } = { root: deepCopy(document) };
  let copied = 0;
  try {
    for (const operation of patch.map(decode)) {
      if (operation.op === 'copy') {
        copied += JSON.stringify(read(holder.root, operation.from)).length;
        if (copied > MAX_COPIED_BYTES) throw new PatchFailure('the accumulated size of copies is over the limit');
      }
      perform(holder, operation);
    }
  } catch (error) {
    if (error instanceof PatchFailure) throw refusal(error);
    throw error;
  }
  return holder.root;
}

function refusal(error: PatchFailure): StatusError {
  return newGenericServerResponse(422, error.message);
}

function decode(operation: unknown): Operation {
  if (!isJsonObject(operation as Json)) throw newBadRequest('json: cannot unmarshal operation of JSON patch');
  const { op, path, from, value } = operation as Record<string, Json | undefined>;
  if (typeof op !== 'string' || !OPERATIONS.has(op)) throw new PatchFailure(`Unexpected kind: ${String(op)}`);
  const target = pointer(path);
  if (op === 'remove') return { op, path: target };
  if (op === 'move' || op === 'copy') return { op, path: target, from: pointer(from) };
  if (value === undefined && op !== 'test') throw new PatchFailure(`operation ${op} needs a value`);
  return { op: op as 'add' | 'replace' | 'test', path: target, value: value ?? null };
}

function pointer(text: unknown): string[] {
  if (typeof text !== 'string') throw new PatchFailure('missing path');
  if (text === '') return [];
  if (!text.startsWith('/')) throw new PatchFailure(`path ${text} does not start with /`);
  return text
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function perform(holder: { root: Json }, operation: Operation): void {
  switch (operation.op) {
    case 'add':
      add(holder, operation.path, deepCopy(operation.value));
      return;
    case 'remove':
      remove(holder, operation.path);
      return;
    case 'replace':
      read(holder.root, operation.path);
      replace(holder, operation.path, deepCopy(operation.value));
      return;
    case 'copy':
      add(holder, operation.path, deepCopy(read(holder.root, operation.from)));
      return;
    case 'move': {
      const { from, path } = operation;
      if (path.length > from.length && from.every((token, i) => path[i] === token))
        throw new PatchFailure('cannot move a value into itself');
      const value = read(holder.root, from);
      remove(holder, from);
      add(holder, path, value);
      return;
    }
    case 'test': {
      const actual = find(holder.root, operation.path);
      if (!deepEqual(actual ?? null, operation.value)) throw new PatchFailure('testing value failed');
      return;
    }
    default:
      operation satisfies never;
  }
}

function find(root: Json, path: readonly string[]): Json | undefined {
  let at: Json | undefined = root;
  for (const token of path) {
    if (Array.isArray(at)) at = at[indexOf(token, at.length - 1)];
    else if (isJsonObject(at)) at = own(at, token);
    else return undefined;
  }
  return at;
}

function read(root: Json, path: readonly string[]): Json {
  const value = find(root, path);
  if (value === undefined) throw new PatchFailure(`missing value at /${path.join('/')}`);
  return value;
}

/** A list index from 0 to `last`; negative ones count from the end, as upstream allows. */
function indexOf(token: string, last: number): number {
  const index = /^-?(0|[1-9]\d{0,9})$/.test(token) ? Number(token) : Number.NaN;
  const resolved = index < 0 ? index + last + 1 : index;
  if (!(resolved >= 0 && resolved <= last)) throw new PatchFailure(`Unable to access invalid index: ${token}`);
  return resolved;
}

function parentOf(root: Json, path: readonly string[]): { parent: Json; token: string } {
  return { parent: read(root, path.slice(0, -1)), token: path.at(-1) as string };
}

function add(holder: { root: Json }, path: readonly string[], value: Json): void {
  if (path.length === 0) {
    holder.root = value;
    return;
  }
  const { parent, token } = parentOf(holder.root, path);
  if (Array.isArray(parent)) {
    parent.splice(token === '-' ? parent.length : indexOf(token, parent.length), 0, value);
  } else if (isJsonObject(parent)) setOwn(parent, token, value);
  else throw new PatchFailure(`no container at /${path.slice(0, -1).join('/')}`);
}

function replace(holder: { root: Json }, path: readonly string[], value: Json): void {
  if (path.length === 0) {
    holder.root = value;
    return;
  }
  const { parent, token } = parentOf(holder.root, path);
  if (Array.isArray(parent)) parent[indexOf(token, parent.length - 1)] = value;
  else if (isJsonObject(parent)) setOwn(parent, token, value);
}

function remove(holder: { root: Json }, path: readonly string[]): void {
  if (path.length === 0) throw new PatchFailure('cannot remove the whole document');
  const { parent, token } = parentOf(holder.root, path);
  if (Array.isArray(parent)) {
    parent.splice(indexOf(token, parent.length - 1), 1);
  } else if (isJsonObject(parent) && Object.hasOwn(parent, token)) delete parent[token];
  else throw new PatchFailure(`Unable to remove nonexistent key: ${token}`);
}

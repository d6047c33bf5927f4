import { int32, list, map, of, raw, str } from '../../../schema/builders.ts';
import { decodeValue } from '../../../schema/decode-value.ts';
import { struct } from '../../../schema/struct.ts';
import { type Applied, applyConfig } from '../apply-config.ts';
import { compareObjects, emptyObject } from '../compare-objects.ts';
import type { ManagerEntry, Writer } from '../manager-entry.ts';
import { recordUpdate } from '../record-update.ts';

const Metadata = struct('SampleMeta', {
  name: str(1),
  uid: str(5),
  resourceVersion: str(6),
  labels: map(11, str()),
  annotations: map(12, str()),
  finalizers: list(14, str()).listSet(),
});
const Port = struct('Port', { port: int32(1), protocol: str(2).default('TCP'), name: str(3) });
const Item = struct('Item', { name: str(1), x: str(2), y: str(3), ports: list(4, Port).listMap('port', 'protocol') });
const Inner = struct('Inner', { left: str(1), right: str(2) });
const Spec = struct('Spec', {
  size: int32(1),
  text: str(2),
  inner: of(3, Inner),
  filled: of(4, Inner).filled(),
  items: list(5, Item).listMap('name'),
  written: list(6, Item).listMap('name').always(),
  plain: list(7, str()),
  whole: map(8, str()).atomic(),
  free: raw(9),
});

/** A kind with every way in which ownership divides a value; for tests. */
export const Sample = struct('Sample', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, Metadata).expected(),
  spec: of(2, Spec).filled(),
});

type Json = Record<string, unknown>;
export type State = Applied<Json>;

export const nothing: State = { object: emptyObject(Sample), entries: [] };
export const decode = (json: unknown): Json => decodeValue(Sample, json).value;

export function writer(manager: string, more: Partial<Writer> = {}): Writer {
  return { manager, subresource: '', apiVersion: 'v1', time: '2026-01-01T00:00:00Z', ...more };
}

export interface ApplyOptions extends Partial<Writer> {
  readonly force?: boolean;
}

export function apply(state: State, manager: string, config: Json, options: ApplyOptions = {}): State {
  const { force = false, ...more } = options;
  return applyConfig<Json>({
    struct: Sample,
    live: state === nothing ? undefined : state.object,
    entries: state.entries,
    config,
    writer: writer(manager, more),
    force,
    differenceAt: () => undefined,
    decode,
  });
}

export function update(state: State, manager: string, next: Json, more: Partial<Writer> = {}): State {
  const object = decode(next);
  const difference = compareObjects(Sample, state.object, object);
  return { object, entries: recordUpdate(state.entries, difference, writer(manager, more), () => undefined) };
}

export function ownedBy({ entries }: { readonly entries: readonly ManagerEntry[] }, manager: string): unknown {
  return entries.find((entry) => entry.manager === manager)?.fieldsV1;
}

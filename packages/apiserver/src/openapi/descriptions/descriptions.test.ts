import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allKinds, type FieldType, type Kind, type Struct, virtualKinds } from '@coxswain/api';
import { BODY_KINDS, COMMON, definitionNames, definitionsOf } from '../definitions.ts';
import { structTexts } from './descriptions.ts';

const kinds: readonly Kind[] = [...allKinds, ...virtualKinds];

test('every field of every kind has a description', () => {
  const definitions = definitionsOf('v3', definitionNames(kinds), kinds, []);
  const silent = Object.entries(definitions).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties)
      .filter(([, property]) => !property.description)
      .map(([field]) => `${name.split('.').at(-1)}.${field}`),
  );
  assert.deepEqual(
    [...new Set(silent)].filter((each) => !each.startsWith('JSONSchemaProps.') && !each.endsWith('List.metadata')),
    [],
  );
});

test('no text is about a field that is not there', () => {
  const known = new Map<string, Set<string>>();
  const visited = new Set<Struct>();
  const visit = (struct: Struct): void => {
    if (visited.has(struct)) return;
    visited.add(struct);
    const fields = known.get(struct.name) ?? new Set(['self']);
    known.set(struct.name, fields);
    for (const [name, { spec }] of Object.entries(struct.fields)) {
      fields.add(name);
      const inner = structIn(spec.type);
      if (inner) visit(inner);
    }
  };
  for (const { struct } of [...kinds, ...BODY_KINDS]) visit(struct);
  for (const struct of COMMON) visit(struct);
  const lost = [...structTexts].flatMap(([struct, texts]) =>
    Object.keys(texts).flatMap((field) => (known.get(struct)?.has(field) ? [] : [`${struct}.${field}`])),
  );
  assert.deepEqual(lost, []);
});

function structIn(type: FieldType): Struct | undefined {
  if (type.kind === 'list') return structIn(type.element);
  if (type.kind === 'map') return structIn(type.value);
  return type.kind === 'struct' ? type.struct : undefined;
}

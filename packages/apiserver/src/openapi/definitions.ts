import {
  bindingKind,
  DeleteOptions,
  evictionKind,
  type Kind,
  ListMeta,
  list,
  of,
  StatusSchema,
  type Struct,
  scaleKind,
  str,
  struct,
  tokenRequestKind,
} from '@coxswain/api';
import { DefinitionNames, structIn } from './definition-names.ts';
import { type Dialect, type Schema, scalarDefinitions, structSchema } from './schema.ts';

/** Kinds that are only bodies of subresources. */
export const BODY_KINDS = [scaleKind, bindingKind, evictionKind, tokenRequestKind] as unknown as readonly Kind[];

/** Structs that every document mentions. */
export const COMMON = [DeleteOptions, StatusSchema, ListMeta] as readonly Struct[];

/** Names for everything that the documents mention. */
export function definitionNames(kinds: readonly Kind[]): DefinitionNames {
  const common = COMMON.map((struct) => ({ group: '', version: 'v1', struct }) as unknown as Kind);
  return new DefinitionNames([...kinds, ...BODY_KINDS, ...common]);
}

/** Name of the list type of a kind. */
export function listName(names: DefinitionNames, kind: Kind): string {
  return `${names.nameOf(kind.struct)}List`;
}

function listStruct({ kind, struct: item }: Kind): Struct {
  return struct(`${kind}List`, {
    apiVersion: str(),
    items: list(2, item).required(),
    kind: str(),
    metadata: of(1, ListMeta),
  });
}

/** The definitions that these kinds need, with all that they refer to. */
export function definitionsOf(
  dialect: Dialect,
  names: DefinitionNames,
  kinds: readonly Kind[],
  allGroupVersions: readonly { readonly group: string; readonly version: string }[],
): Record<string, Schema> {
  const definitions = new Map<string, Schema>(Object.entries(scalarDefinitions(dialect)));
  const visit = (struct: Struct): void => {
    const name = names.nameOf(struct);
    if (definitions.has(name)) return;
    definitions.set(name, structSchema(dialect, names, struct));
    for (const field of Object.values(struct.fields)) {
      const inner = structIn(field.spec.type);
      if (inner) visit(inner);
    }
  };
  for (const struct of COMMON) visit(struct);
  const mark = (name: string, gvks: readonly object[]) => {
    const schema = definitions.get(name);
    if (schema) schema['x-kubernetes-group-version-kind'] = gvks;
  };
  for (const kind of kinds) {
    const { group, version } = kind;
    visit(kind.struct);
    mark(names.nameOf(kind.struct), [{ group, version, kind: kind.kind }]);
    if (!(kind.verbs?.includes('list') ?? true)) continue;
    definitions.set(listName(names, kind), {
      ...structSchema(dialect, names, listStruct(kind)),
      description: `A list of objects of the kind ${kind.kind}.`,
      'x-kubernetes-group-version-kind': [{ group, version, kind: `${kind.kind}List` }],
    });
  }
  for (const { group, version, kind, struct } of BODY_KINDS) {
    visit(struct);
    mark(names.nameOf(struct), [{ group, version, kind }]);
  }
  mark(
    names.nameOf(DeleteOptions),
    allGroupVersions.map((gv) => ({ ...gv, kind: 'DeleteOptions' })),
  );
  mark(names.nameOf(StatusSchema), [{ group: '', version: 'v1', kind: 'Status' }]);
  return Object.fromEntries([...definitions].sort(([a], [b]) => (a < b ? -1 : 1)));
}

import { DeleteOptions, type Kind, StatusSchema } from '@coxswain/api';
import { subresourcesOf } from '../discovery/api-resources.ts';
import type { DefinitionNames } from './definition-names.ts';
import { BODY_KINDS, listName } from './definitions.ts';
import { PATCH } from './schema.ts';

/** A query parameter. */
export interface Parameter {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'integer';
}

/** One operation, in the terms that both OpenAPI versions share. Bodies and answers are names of definitions. */
export interface Operation {
  readonly path: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly action: string;
  readonly gvk: { readonly group: string; readonly version: string; readonly kind: string };
  readonly id: string;
  readonly parameters: readonly Parameter[];
  readonly body: string | undefined;
  readonly answer: string;
}

const text = (...names: string[]): Parameter[] => names.map((name) => ({ name, type: 'string' }));
const flag = (...names: string[]): Parameter[] => names.map((name) => ({ name, type: 'boolean' }));
const whole = (...names: string[]): Parameter[] => names.map((name) => ({ name, type: 'integer' }));

const READ: readonly Parameter[] = text('resourceVersion');
const LIST: readonly Parameter[] = [
  ...flag('allowWatchBookmarks', 'sendInitialEvents', 'watch'),
  ...text('continue', 'fieldSelector', 'labelSelector', 'resourceVersion', 'resourceVersionMatch'),
  ...whole('limit', 'timeoutSeconds'),
];
const WRITE: readonly Parameter[] = text('dryRun', 'fieldManager', 'fieldValidation');
const DELETE: readonly Parameter[] = [
  ...text('dryRun', 'propagationPolicy'),
  ...whole('gracePeriodSeconds'),
  ...flag('orphanDependents'),
];

/** All operations on a kind's objects. */
export function operationsOf(names: DefinitionNames, kind: Kind): Operation[] {
  const { group, version, plural, namespaced } = kind;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const item = `${collection}/{name}`;
  const self = names.nameOf(kind.struct);
  const status = names.nameOf(StatusSchema);
  const gvk = { group, version, kind: kind.kind };
  const scope = namespaced ? 'Namespaced' : '';
  const make = (
    method: Operation['method'],
    path: string,
    action: string,
    parameters: readonly Parameter[],
    body: string | undefined,
    answer: string,
    of: Operation['gvk'] = gvk,
    suffix = '',
  ): Operation => {
    const id = `${action}${idOf(group, version)}${scope}${kind.kind}${suffix}`;
    return { path, method, action, gvk: of, id, parameters, body, answer };
  };
  const all = [
    make('get', collection, 'list', LIST, undefined, listName(names, kind)),
    make('post', collection, 'create', WRITE, self, self),
    make('delete', collection, 'deletecollection', [...LIST, ...DELETE], names.nameOf(DeleteOptions), status),
    make('get', item, 'get', READ, undefined, self),
    make('put', item, 'update', WRITE, self, self),
    make('patch', item, 'patch', [...WRITE, ...flag('force')], PATCH, self),
    make('delete', item, 'delete', DELETE, names.nameOf(DeleteOptions), status),
  ].filter(({ action }) => kind.verbs?.includes(action) ?? true);
  if (namespaced && (kind.verbs?.includes('list') ?? true))
    all.push(make('get', `${root}/${plural}`, 'list', LIST, undefined, listName(names, kind), gvk, 'ForAllNamespaces'));
  for (const { name, kind: of, verbs } of subresourcesOf(kind)) {
    const [subGroup, subVersion, subKind] = of;
    const subGvk = { group: subGroup, version: subVersion, kind: subKind };
    const body = bodyOf(names, kind, subKind);
    if (body === undefined) continue;
    for (const verb of verbs) {
      const form = SUBRESOURCE_VERBS[verb];
      if (!form || name === 'log') continue;
      const { method, parameters } = form;
      const requestBody = method === 'get' ? undefined : method === 'patch' ? PATCH : body;
      all.push(make(method, `${item}/${name}`, verb, parameters, requestBody, body, subGvk, capitalised(name)));
    }
  }
  return all;
}

const SUBRESOURCE_VERBS: Readonly<
  Record<string, { readonly method: Operation['method']; readonly parameters: readonly Parameter[] }>
> = {
  get: { method: 'get', parameters: READ },
  create: { method: 'post', parameters: WRITE },
  update: { method: 'put', parameters: WRITE },
  patch: { method: 'patch', parameters: [...WRITE, ...flag('force')] },
};

/** Undefined for subresources that are streams (exec, attach, portforward): they have no document body. */
function bodyOf(names: DefinitionNames, kind: Kind, subKind: string): string | undefined {
  if (subKind === kind.kind) return names.nameOf(kind.struct);
  const other = BODY_KINDS.find((candidate) => candidate.kind === subKind);
  return other && names.nameOf(other.struct);
}

function idOf(group: string, version: string): string {
  return `${group === '' ? 'Core' : capitalised(group.split('.')[0] as string)}${capitalised(version)}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

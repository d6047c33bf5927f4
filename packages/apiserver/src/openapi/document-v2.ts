import type { Kind } from '@coxswain/api';
import { VERSION_INFO } from '../server/version-info.ts';
import type { DefinitionNames } from './definition-names.ts';
import { definitionsOf } from './definitions.ts';
import { type Operation, operationsOf } from './operations.ts';
import { refTo, type Schema } from './schema.ts';

export interface ParameterV2 {
  readonly name: string;
  readonly in: 'query' | 'path' | 'body';
  readonly required?: boolean;
  readonly type?: string;
  readonly schema?: Schema;
}

export interface OperationV2 {
  readonly operationId: string;
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  readonly parameters: readonly ParameterV2[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly schema?: Schema }>>;
  readonly 'x-kubernetes-action': string;
  readonly 'x-kubernetes-group-version-kind': object;
}

export type PathItemV2 = { parameters: readonly ParameterV2[] } & { [method: string]: unknown };

export interface DocumentV2 {
  readonly swagger: '2.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, PathItemV2>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** The OpenAPI 2.0 document of everything. */
export function documentV2(
  names: DefinitionNames,
  kinds: readonly Kind[],
  groupVersions: readonly { readonly group: string; readonly version: string }[],
): DocumentV2 {
  const paths: Record<string, PathItemV2> = {};
  for (const operation of kinds.flatMap((kind) => operationsOf(names, kind))) {
    const item = paths[operation.path] ?? { parameters: pathParameters(operation.path) };
    paths[operation.path] = item;
    item[operation.method] = operationObject(operation);
  }
  const info = { title: 'Kubernetes', version: VERSION_INFO.gitVersion };
  return { swagger: '2.0', info, paths, definitions: definitionsOf('v2', names, kinds, groupVersions) };
}

function operationObject({ id, action, gvk, parameters, body, answer, method }: Operation): OperationV2 {
  const schema = (name: string): Schema => ({ $ref: refTo('v2', name) });
  return {
    operationId: id,
    consumes:
      method === 'patch'
        ? ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json']
        : ['*/*'],
    produces: ['application/json'],
    parameters: [
      ...parameters.map(({ name, type }) => ({ name, in: 'query', type }) as const),
      ...(body === undefined
        ? []
        : [{ name: 'body', in: 'body', required: method !== 'delete', schema: schema(body) } as const]),
    ],
    responses: {
      [method === 'post' ? '201' : '200']: { description: 'OK', schema: schema(answer) },
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action === 'create' ? 'post' : action === 'update' ? 'put' : action,
    'x-kubernetes-group-version-kind': gvk,
  };
}

function pathParameters(path: string): ParameterV2[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    type: 'string',
  }));
}

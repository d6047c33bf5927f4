import type { Kind } from '@coxswain/api';
import { VERSION_INFO } from '../server/version-info.ts';
import type { DefinitionNames } from './definition-names.ts';
import { definitionsOf } from './definitions.ts';
import { type Operation, operationsOf } from './operations.ts';
import { refTo } from './schema.ts';

const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

/** The OpenAPI 3.0 document of one group and version. */
export function documentV3(
  names: DefinitionNames,
  kinds: readonly Kind[],
  groupVersions: readonly { readonly group: string; readonly version: string }[],
): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of kinds.flatMap((kind) => operationsOf(names, kind))) {
    const item = paths[operation.path] ?? { parameters: pathParameters(operation.path) };
    paths[operation.path] = item;
    item[operation.method] = operationObject(operation);
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: VERSION_INFO.gitVersion },
    paths,
    components: { schemas: definitionsOf('v3', names, kinds, groupVersions) },
  };
}

function operationObject({ id, action, gvk, parameters, body, answer, method }: Operation): object {
  const schema = (name: string) => ({ schema: { $ref: refTo('v3', name) } });
  const content = (types: readonly string[], name: string) =>
    Object.fromEntries(types.map((type) => [type, schema(name)]));
  return {
    operationId: id,
    parameters: parameters.map(({ name, type }) => ({ name, in: 'query', schema: { type, uniqueItems: true } })),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            content: content(method === 'patch' ? PATCH_TYPES : ['*/*'], body),
            ...(method === 'delete' ? {} : { required: true }),
          },
        }),
    responses: {
      [method === 'post' ? '201' : '200']: { description: 'OK', content: content(['application/json'], answer) },
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action === 'create' ? 'post' : action === 'update' ? 'put' : action,
    'x-kubernetes-group-version-kind': gvk,
  };
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', uniqueItems: true },
  }));
}

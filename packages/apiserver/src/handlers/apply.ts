import {
  type Applied,
  applyConfig,
  ConfigError,
  decodeParsed,
  duplicatesIn,
  failure,
  formatTime,
  isAlreadyExists,
  isNotFound,
  type Kind,
  type KubeObject,
  newBadRequest,
  newConflict,
  newInvalid,
  newMethodNotSupported,
  parseYamlDocuments,
  path,
  StatusError,
  scaleKind,
  validateFields,
  type Writer,
} from '@coxswain/api';
import { differenceAt } from '../managed-fields/difference-at.ts';
import { entriesOf } from '../managed-fields/track-fields.ts';
import { groupResource } from '../registry/group-resource.ts';
import type { Revision } from '../registry/object-store.ts';
import { booleanParameter, negotiateResponse } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { changeObject } from './change-object.ts';
import { createObject } from './create.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { objectAnswer } from './encode-object.ts';
import { checkName, inView } from './update.ts';
import { objectTarget, type UpdateTarget } from './update-target.ts';
import { type RequestWriteOptions, writeOptions } from './write-options.ts';

type Config = Record<string, unknown>;

const MAX_ATTEMPTS = 5;

/** PATCH by server-side apply (KEP-555): changes the object, or creates it where there is none. */
export async function handleApply(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
  target: UpdateTarget,
): Promise<Answer> {
  const { kind, namespace, name } = request;
  const scale = target.subresource === 'scale';
  if (target.kind !== kind && !scale)
    throw newMethodNotSupported({ group: kind.group, resource: `${kind.plural}/${target.subresource}` }, 'apply');
  const form = negotiateResponse(context.headers.accept);
  const options = writeOptions(context, 'PatchOptions', 'apply');
  const sent = readConfig(target.kind, context.body);
  checkDuplicates(context, options);
  const config = scale ? configOfScale(kind, sent) : sent;
  const writer: Writer = {
    manager: options.fieldManager,
    subresource: target.subresource,
    apiVersion: kind.apiVersion,
    time: formatTime(dependencies.clock.now()),
  };
  const force = booleanParameter(context.query, 'force');
  const decide = (live: KubeObject | undefined) =>
    decideApply(dependencies, request, target, { config, writer, force, options }, live);
  const change = (): Promise<Revision> => {
    let applied: Applied<KubeObject> | undefined;
    const produce = (current: KubeObject) => {
      applied = decide(current);
      checkName(applied.object, name, namespace);
      return applied.object;
    };
    const record = () => applied?.entries ?? [];
    const changed = scale ? { ...objectTarget(kind), subresource: 'scale' } : target;
    return changeObject(dependencies, context, kind, changed, { namespace, name }, produce, options, record);
  };
  for (let attempt = 1; ; attempt++) {
    try {
      return objectAnswer(dependencies, form, 200, target.kind, inView(target, await change()), context.query);
    } catch (error) {
      if (target.subresource !== '' || !isNotFound(error) || attempt === MAX_ATTEMPTS) throw error;
    }
    try {
      const { object, entries } = decide(undefined);
      checkName(object, name, namespace);
      checkUid(kind, object);
      const saved = await createObject(dependencies, context.user, kind, namespace, object, options, entries);
      return objectAnswer(dependencies, form, 201, kind, saved, context.query);
    } catch (error) {
      if (!isAlreadyExists(error) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/** What an applied Scale says of the object that is scaled. @throws StatusError */
function configOfScale({ apiVersion, kind }: Kind, config: Config): Config {
  const scale = decodeParsed(scaleKind, config, 'Ignore').object;
  const { name = '' } = scale.metadata;
  const errors = validateFields(scaleKind.struct, scale, path(), new Set(['metadata', 'status']));
  if (errors.length > 0) throw newInvalid({ group: 'autoscaling', kind: 'Scale' }, name, errors);
  const { replicas } = (config['spec'] ?? {}) as Config;
  return { apiVersion, kind, metadata: { name }, ...(replicas === undefined ? {} : { spec: { replicas } }) };
}

interface ApplyParts {
  readonly config: Config;
  readonly writer: Writer;
  readonly force: boolean;
  readonly options: RequestWriteOptions;
}

function decideApply(
  { kinds }: HandlerDependencies,
  { kind, namespace, name }: ResourceRequest,
  target: UpdateTarget,
  { config, writer, force, options }: ApplyParts,
  live: KubeObject | undefined,
): Applied<KubeObject> {
  const decode = (json: unknown) => decodeParsed(kind, json, options.fieldValidation).object;
  try {
    return applyConfig<KubeObject>({
      struct: kind.struct,
      live: live && withoutManagedFields(live),
      entries: live ? entriesOf(live) : [],
      config: partFor(kind, target.subresource, config),
      writer,
      force,
      differenceAt: (version) => (live ? differenceAt(kinds, kind, live, decode(live))(version) : undefined),
      decode,
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const what = `${namespace}/${name}; ${kind.group}/${kind.version}, Kind=${kind.kind}`;
    const text = `failed to create typed patch object (${what}): ${error.message}`;
    throw new StatusError(failure(500, '', text), { cause: error });
  }
}

/** A copy that is cheaper to work on; an update that says nothing of managedFields leaves them as they are. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  if (!object.metadata.managedFields) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Of a configuration, what the object or its status may get from it; the rest is nobody's. */
function partFor(kind: Kind, subresource: string, config: Config): Config {
  if (subresource === 'status') {
    const { apiVersion, kind: name, metadata, status } = config;
    const { labels: _, ownerReferences: __, ...rest } = (metadata ?? {}) as Config;
    return { apiVersion, kind: name, metadata: rest, ...(status === undefined ? {} : { status }) };
  }
  if (!kind.subresources?.status) return config;
  const { status: _, ...rest } = config;
  return rest;
}

/** @throws StatusError BadRequest in upstream's words */
/** @throws StatusError BadRequest when validation is strict */
function checkDuplicates({ body, warnings }: RequestContext, { fieldValidation }: RequestWriteOptions): void {
  const duplicates = duplicatesIn(body.toString('utf8'), 'yaml', fieldValidation);
  if (duplicates.length === 0) return;
  if (fieldValidation === 'Strict')
    throw newBadRequest(`error strict decoding YAML: yaml: unmarshal errors:\n  ${duplicates.join('\n  ')}`);
  warnings.push(...duplicates);
}

function readConfig(kind: Kind, body: Buffer): Config {
  const config = parseConfig(body.toString('utf8'));
  const metadata = (config['metadata'] ?? {}) as Config;
  if (metadata['managedFields'] !== undefined && metadata['managedFields'] !== null)
    throw newBadRequest('metadata.managedFields must be nil');
  const version = config['apiVersion'] ?? '';
  if (version !== kind.apiVersion)
    throw newBadRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${version}, expected: ${kind.apiVersion}`,
    );
  if (config['kind'] !== kind.kind)
    throw new StatusError(
      failure(
        500,
        '',
        `failed to create typed patch object: no corresponding type for ${version}, Kind=${config['kind'] ?? ''}`,
      ),
    );
  return config;
}

function parseConfig(text: string): Config {
  let config: unknown;
  try {
    config = text.startsWith('{') ? parseJsonOrYaml(text) : parseYamlDocuments(text)[0];
  } catch (error) {
    throw newBadRequest(`error decoding YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  config ??= {};
  const { metadata } = config as { metadata?: unknown };
  const isObject = (value: unknown) => typeof value === 'object' && !Array.isArray(value);
  if (!isObject(config) || !isObject(metadata ?? {}))
    throw newBadRequest(
      'error decoding YAML: error unmarshaling JSON: json: cannot unmarshal into Go value of type map[string]interface {}',
    );
  return config as Config;
}

/** kubectl sends JSON; braces may also begin a flow mapping of YAML. */
function parseJsonOrYaml(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseYamlDocuments(text)[0];
  }
}

function checkUid(kind: Kind, { metadata: { uid = '', name } }: KubeObject): void {
  if (uid !== '')
    throw newConflict(
      groupResource(kind),
      name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
}

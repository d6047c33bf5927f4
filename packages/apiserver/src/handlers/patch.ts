import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  asStatusError,
  decodeParsed,
  duplicatesIn,
  type FieldValidation,
  fieldInvalid,
  guardDepth,
  type Json,
  type JsonObject,
  type KubeObject,
  newBadRequest,
  newInvalid,
  patchSchemaOf,
  path,
} from '@coxswain/api';
import { negotiatePatch, negotiateResponse, type PatchType } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { handleApply, withoutManagedFields } from './apply.ts';
import { changeObject } from './change-object.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { objectAnswer } from './encode-object.ts';
import { checkName, inView } from './update.ts';
import type { UpdateTarget } from './update-target.ts';
import { writeOptions } from './write-options.ts';

/** PATCH of an object or of a subresource that shows a part of it. */
export async function handlePatch(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
  target: UpdateTarget,
): Promise<Answer> {
  const form = negotiateResponse(context.headers.accept);
  const type = negotiatePatch(context.headers['content-type']);
  if (type === 'apply') return handleApply(dependencies, context, request, target);
  const { kind, namespace, name } = request;
  const options = writeOptions(context, 'PatchOptions');
  const patch = parsePatch(context.body);
  const duplicates =
    type === 'json'
      ? []
      : guardDepth(() => duplicatesIn(context.body.toString('utf8'), 'json', options.fieldValidation));
  const ofManagedFields = context.body.includes('managedFields');
  let warnings: readonly string[] = [];
  const produce = (current: KubeObject) => {
    const shown = target.view?.(current) ?? (ofManagedFields ? current : withoutManagedFields(current));
    const patched = applyPatch(type, target, shown, patch);
    const decoded = decodePatched(target, patched, options.fieldValidation, duplicates);
    warnings = decoded.warnings;
    checkName(decoded.object, name, namespace);
    return decoded.object;
  };
  const saved = await changeObject(dependencies, context, kind, target, { namespace, name }, produce, options);
  context.warnings.push(...warnings);
  return objectAnswer(dependencies, form, 200, target.kind, inView(target, saved), context.query);
}

/** A patch whose result is no object of the kind is invalid itself, in upstream's words. */
function decodePatched(
  target: UpdateTarget,
  patched: unknown,
  fieldValidation: FieldValidation,
  duplicates: readonly string[],
) {
  try {
    return decodeParsed(target.kind, patched, fieldValidation, duplicates);
  } catch (error) {
    const why = asStatusError(error)?.message;
    if (why === undefined) throw error;
    throw newInvalid({ group: '', kind: '' }, '', [fieldInvalid(path('patch'), JSON.stringify(patched), why)]);
  }
}

function applyPatch(
  type: Exclude<PatchType, 'apply'>,
  target: UpdateTarget,
  current: KubeObject,
  patch: Json,
): unknown {
  const document = current as unknown as JsonObject;
  switch (type) {
    case 'json':
      return applyJsonPatch(document, patch);
    case 'merge':
      return applyMergePatch(document, patch);
    case 'strategic':
      return applyStrategicMergePatch(document, patchObject(patch), patchSchemaOf(target.kind));
    default:
      return type satisfies never;
  }
}

function patchObject(patch: Json): JsonObject {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch))
    throw newBadRequest(
      `json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch} into Go value of type map[string]interface {}`,
    );
  return patch;
}

function parsePatch(body: Buffer): Json {
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch (error) {
    throw newBadRequest(`error decoding patch: ${error instanceof Error ? error.message : String(error)}`);
  }
}

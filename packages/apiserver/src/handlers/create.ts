import {
  applyDefaults,
  formatTime,
  type Kind,
  type KubeObject,
  type ManagerEntry,
  newAlreadyExists,
  newBadRequest,
  newGenerateNameConflict,
  newInvalid,
  validateObject,
} from '@coxswain/api';
import type { AdmissionRequest } from '../admission/admission.ts';
import type { UserInfo } from '../authentication/user-info.ts';
import { fieldsOfCreate } from '../managed-fields/track-fields.ts';
import { generateName } from '../registry/generate-name.ts';
import { groupResource } from '../registry/group-resource.ts';
import type { Revision } from '../registry/object-store.ts';
import { prepareForCreate } from '../registry/prepare-create.ts';
import { certainlyFailed } from '../registry/write-hooks.ts';
import { negotiateResponse } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { decodeBody } from './decode-body.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { objectAnswer } from './encode-object.ts';
import { type ManagedWriteOptions, writeOptions } from './write-options.ts';

const GENERATE_ATTEMPTS = 8;

/** POST to a collection. */
export async function handleCreate(
  dependencies: HandlerDependencies,
  context: RequestContext,
  { kind, namespace }: ResourceRequest,
): Promise<Answer> {
  const form = negotiateResponse(context.headers.accept);
  const options = writeOptions(context, 'CreateOptions');
  const object: KubeObject = decodeBody(context, kind, options.fieldValidation);
  checkNamespace(object, namespace);
  const saved = await createObject(dependencies, context.user, kind, namespace, object, options);
  return objectAnswer(dependencies, form, 201, kind, saved, context.query);
}

/**
 * The steps admit, default, validate, admit, store for a new object. Changes `object`. `applied` are the owners of its
 * fields where it was applied; otherwise the writer owns what it sent.
 */
export async function createObject(
  { admission, hooks, kinds, store, clock }: HandlerDependencies,
  user: UserInfo,
  kind: Kind,
  namespace: string,
  object: KubeObject,
  options: ManagedWriteOptions,
  applied?: readonly ManagerEntry[],
): Promise<Revision> {
  const { metadata } = object;
  const generated = !metadata.name && metadata.generateName ? metadata.generateName : undefined;
  const request: AdmissionRequest = {
    operation: 'CREATE',
    kind,
    namespace,
    name: metadata.name ?? '',
    subresource: '',
    object,
    oldObject: undefined,
    user,
    dryRun: options.dryRun,
  };
  const owners = applied ?? ownersOf(kinds, kind, object, options, clock.now());
  await admission.mutate(request);
  if (generated !== undefined) metadata.name = generateName(generated);
  prepareForCreate(kind, object, namespace, clock.now(), user);
  if (owners.length > 0) metadata.managedFields = owners as ManagerEntry[];
  for (let attempt = 1; ; attempt++) {
    const errors = validateObject(kind, object);
    if (errors.length > 0) throw newInvalid({ group: kind.group, kind: kind.kind }, metadata.name ?? '', errors);
    if (attempt === 1) await admission.validate(request);
    const reservation = await hooks.reserve(kind, object, undefined, options);
    let saved: Revision | undefined;
    try {
      saved = await store.create(kind, object, options);
    } catch (error) {
      if (certainlyFailed(error, options)) await reservation.release();
      throw error;
    }
    if (saved) {
      await (options.dryRun ? reservation.release() : reservation.commit());
      return saved;
    }
    await reservation.release();
    if (generated === undefined) throw newAlreadyExists(groupResource(kind), metadata.name);
    if (attempt === GENERATE_ATTEMPTS) throw newGenerateNameConflict(groupResource(kind), metadata.name, 1);
    metadata.name = generateName(generated);
    applyDefaults(kind, object);
  }
}

/** The defaults belong to whoever creates; what admission adds belongs to nobody. */
function ownersOf(
  kinds: readonly Kind[],
  kind: Kind,
  object: KubeObject,
  { fieldManager }: ManagedWriteOptions,
  now: number,
): readonly ManagerEntry[] {
  applyDefaults(kind, object);
  const writer = { manager: fieldManager, subresource: '', apiVersion: kind.apiVersion, time: formatTime(now) };
  return fieldsOfCreate(kinds, kind, object, writer);
}

/** Cluster-scoped objects lose a namespace. @throws StatusError BadRequest when the body names another than the URL */
export function checkNamespace({ metadata }: KubeObject, namespace: string): void {
  if (namespace === '') delete metadata.namespace;
  else if ((metadata.namespace ?? '') !== '' && metadata.namespace !== namespace)
    throw newBadRequest('the namespace of the provided object does not match the namespace sent on the request');
}

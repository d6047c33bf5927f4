import { isAlreadyExists, isNotFound, type KubeObject, newBadRequest } from '@coxswain/api';
import { editable } from '../registry/object-store.ts';
import { negotiateResponse } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { changeObject } from './change-object.ts';
import { checkNamespace, createObject } from './create.ts';
import { decodeBody } from './decode-body.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { objectAnswer } from './encode-object.ts';
import type { UpdateTarget } from './update-target.ts';
import { writeOptions } from './write-options.ts';

/** PUT of an object, which some kinds are also made by, or of a subresource that shows a part of it. */
export async function handleUpdate(
  dependencies: HandlerDependencies,
  context: RequestContext,
  { kind, namespace, name }: ResourceRequest,
  target: UpdateTarget,
): Promise<Answer> {
  const form = negotiateResponse(context.headers.accept);
  const options = writeOptions(context, 'UpdateOptions');
  const object: KubeObject = decodeBody(context, target.kind, options.fieldValidation);
  checkName(object, name, namespace);
  const place = { namespace, name };
  const creates = kind.createOnUpdate && target.subresource === '';
  for (let attempt = 1; ; attempt++) {
    try {
      const saved = await changeObject(dependencies, context, kind, target, place, () => editable(object), options);
      return objectAnswer(dependencies, form, 200, target.kind, inView(target, saved), context.query);
    } catch (error) {
      if (!creates || !isNotFound(error) || attempt === MAX_ATTEMPTS) throw error;
    }
    try {
      const fresh = editable(object);
      checkNamespace(fresh, namespace);
      const saved = await createObject(dependencies, context.user, kind, namespace, fresh, options);
      return objectAnswer(dependencies, form, 201, kind, saved, context.query);
    } catch (error) {
      if (!isAlreadyExists(error) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/** Between which others may make and delete the object. */
const MAX_ATTEMPTS = 5;

/** What the client gets back of a stored object. */
export function inView(
  target: UpdateTarget,
  saved: { readonly object: KubeObject; readonly bytes: Buffer },
): { readonly object: KubeObject; readonly bytes: Buffer } {
  if (!target.view) return saved;
  const object = target.view(saved.object);
  return { object, bytes: Buffer.from(JSON.stringify(object)) };
}

/** @throws StatusError BadRequest when the body names another object than the URL */
export function checkName({ metadata }: KubeObject, name: string, namespace: string): void {
  if (!metadata.name)
    throw newBadRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (metadata.name !== name)
    throw newBadRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (namespace !== '' && metadata.namespace && metadata.namespace !== namespace)
    throw newBadRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${namespace})`,
    );
}

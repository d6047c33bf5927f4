import { aggregateFieldErrors, type FieldError } from './field-error.ts';
import { goQuote } from './go-text.ts';
import { failure, type StatusCause, StatusError } from './status-error.ts';

/** A resource of a group (`''` for core), e.g. `{ group: 'apps', resource: 'deployments' }`. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** `deployments.apps`, `pods`. */
export function groupResourceString({ group, resource }: GroupResource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** `Deployment.apps`, `Pod`. */
export function groupKindString({ group, kind }: GroupKind): string {
  return group === '' ? kind : `${kind}.${group}`;
}

/** The tail of upstream's optimistic-lock conflict, for `newConflict`. */
export const OPTIMISTIC_LOCK_MESSAGE =
  'the object has been modified; please apply your changes to the latest version and try again';

function about({ group, resource }: GroupResource, name: string) {
  return { name, group, kind: resource };
}

export function newNotFound(resource: GroupResource, name: string): StatusError {
  const message = `${groupResourceString(resource)} ${goQuote(name)} not found`;
  return new StatusError(failure(404, 'NotFound', message, about(resource, name)));
}

/** The answer for a path that no resource serves. */
export function newPathNotFound(): StatusError {
  return new StatusError(failure(404, 'NotFound', 'the server could not find the requested resource', {}));
}

export function newAlreadyExists(resource: GroupResource, name: string): StatusError {
  const message = `${groupResourceString(resource)} ${goQuote(name)} already exists`;
  return new StatusError(failure(409, 'AlreadyExists', message, about(resource, name)));
}

/** The server found no free name for `generateName`. */
export function newGenerateNameConflict(resource: GroupResource, name: string, retryAfterSeconds: number): StatusError {
  const message =
    `${groupResourceString(resource)} ${goQuote(name)} already exists, ` +
    'the server was not able to generate a unique name for the object';
  return new StatusError(failure(409, 'AlreadyExists', message, { ...about(resource, name), retryAfterSeconds }));
}

export function newConflict(resource: GroupResource, name: string, why = OPTIMISTIC_LOCK_MESSAGE): StatusError {
  const message = `Operation cannot be fulfilled on ${groupResourceString(resource)} ${goQuote(name)}: ${why}`;
  return new StatusError(failure(409, 'Conflict', message, about(resource, name)));
}

/** Server-side apply met fields owned by others. */
export function newApplyConflict(causes: StatusCause[], message: string): StatusError {
  return new StatusError(failure(409, 'Conflict', message, { causes }));
}

export function newInvalid(kind: GroupKind, name: string, errors: readonly FieldError[]): StatusError {
  const causes = errors.map((error) => ({ reason: error.type, message: error.body(), field: error.field }));
  const why = aggregateFieldErrors(errors);
  const message = `${groupKindString(kind)} ${goQuote(name)} is invalid${why === '' ? '' : `: ${why}`}`;
  return new StatusError(failure(422, 'Invalid', message, { name, ...kind, causes }));
}

export function newBadRequest(message: string): StatusError {
  return new StatusError(failure(400, 'BadRequest', message));
}

export function newUnauthorized(message = 'Unauthorized'): StatusError {
  return new StatusError(failure(401, 'Unauthorized', message === '' ? 'not authorized' : message));
}

/** `pods "x" is forbidden: why`; without a name `pods is forbidden: why`; without a resource `forbidden: why`. */
export function newForbidden(resource: GroupResource | undefined, name: string, why: string): StatusError {
  if (resource === undefined || (resource.group === '' && resource.resource === '')) {
    return new StatusError(failure(403, 'Forbidden', `forbidden: ${why}`, { name }));
  }
  const subject = name === '' ? groupResourceString(resource) : `${groupResourceString(resource)} ${goQuote(name)}`;
  return new StatusError(failure(403, 'Forbidden', `${subject} is forbidden: ${why}`, about(resource, name)));
}

/** @param action the verb: get, list, watch, create, update, patch, delete, deletecollection */
export function newMethodNotSupported(resource: GroupResource, action: string): StatusError {
  const message = `${action} is not supported on resources of kind ${goQuote(groupResourceString(resource))}`;
  return new StatusError(failure(405, 'MethodNotAllowed', message, about(resource, '')));
}

/** @param accepted the media types that would have been served */
export function newNotAcceptable(accepted: readonly string[]): StatusError {
  const message = `only the following media types are accepted: ${accepted.join(', ')}`;
  return new StatusError(failure(406, 'NotAcceptable', message));
}

/** @param accepted the media types that would have been read */
export function newUnsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new StatusError(failure(415, 'UnsupportedMediaType', message));
}

export function newRequestEntityTooLarge(why: string): StatusError {
  return new StatusError(failure(413, 'RequestEntityTooLarge', `Request entity too large: ${why}`));
}

export function newGone(message: string): StatusError {
  return new StatusError(failure(410, 'Gone', message));
}

/** 410 with reason Expired: a resourceVersion or continue token that is too old. */
export function newResourceExpired(message: string): StatusError {
  return new StatusError(failure(410, 'Expired', message));
}

export function newTooManyRequests(message: string, retryAfterSeconds: number): StatusError {
  return new StatusError(failure(429, 'TooManyRequests', message, { retryAfterSeconds }));
}

/** The request ran out of time; it may still take effect. */
export function newTimeout(why: string, retryAfterSeconds: number): StatusError {
  return new StatusError(failure(504, 'Timeout', `Timeout: ${why}`, { retryAfterSeconds }));
}

/** A transient failure of the server: try again after the given seconds. */
export function newServerTimeout(resource: GroupResource, operation: string, retryAfterSeconds: number): StatusError {
  const message = `The ${operation} operation against ${groupResourceString(resource)} could not be completed at this time, please try again.`;
  return new StatusError(failure(500, 'ServerTimeout', message, { ...about(resource, operation), retryAfterSeconds }));
}

export function newInternalError(error: Error): StatusError {
  const details = { causes: [{ message: error.message }] };
  const status = failure(500, 'InternalError', `Internal error occurred: ${error.message}`, details);
  return new StatusError(status, { cause: error });
}

export function newServiceUnavailable(message: string): StatusError {
  return new StatusError(failure(503, 'ServiceUnavailable', message));
}

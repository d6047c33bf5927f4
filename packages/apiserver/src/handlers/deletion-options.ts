import {
  DeleteOptions,
  decodeObject,
  defineKind,
  type FieldError,
  fieldInvalid,
  fieldNotSupported,
  type KubeObject,
  newBadRequest,
  newInvalid,
  path,
} from '@coxswain/api';
import type { DeletionOptions } from '../registry/plan-deletion.ts';
import { negotiateBody } from '../server/negotiate.ts';
import type { RequestContext } from '../server/request-context.ts';

export interface RequestDeletionOptions extends DeletionOptions {
  readonly dryRun: boolean;
}

const POLICIES = ['Background', 'Foreground', 'Orphan'];

/** Read as core/v1 whatever group the client names, as upstream does. */
const deleteOptionsKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'DeleteOptions',
  plural: 'deleteoptions',
  namespaced: false,
  struct: DeleteOptions,
});

/**
 * DeleteOptions of a DELETE: the body, or the query parameters where there is no body.
 * @throws StatusError BadRequest or Invalid
 */
export function deletionOptions(context: RequestContext): RequestDeletionOptions {
  const { body, query, headers } = context;
  const given = body.length > 0 ? fromBody(body, headers['content-type']) : fromQuery(query);
  return checkDeletionOptions(given);
}

/** @throws StatusError Invalid */
export function checkDeletionOptions(given: DeleteOptions): RequestDeletionOptions {
  const { propagationPolicy, orphanDependents, dryRun = [], gracePeriodSeconds, preconditions } = given;
  const errors: FieldError[] = [];
  if (propagationPolicy !== undefined && orphanDependents !== undefined)
    errors.push(
      fieldInvalid(
        path('propagationPolicy'),
        propagationPolicy,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    );
  if (propagationPolicy !== undefined && !POLICIES.includes(propagationPolicy))
    errors.push(fieldNotSupported(path('propagationPolicy'), propagationPolicy, [...POLICIES, 'nil']));
  if (dryRun.some((value) => value !== 'All')) errors.push(fieldNotSupported(path('dryRun'), dryRun, ['All']));
  if (errors.length > 0) throw newInvalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  return {
    dryRun: dryRun.length > 0,
    gracePeriodSeconds,
    preconditions,
    propagationPolicy: propagationPolicy as DeletionOptions['propagationPolicy'],
    orphanDependents,
  };
}

function fromBody(body: Buffer, contentType: string | undefined): DeleteOptions {
  const format = negotiateBody(contentType);
  if (format !== 'json')
    return decodeObject(deleteOptionsKind, body, format, 'Ignore').object as unknown as DeleteOptions;
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return decodeObject(deleteOptionsKind, body, format, 'Ignore').object as unknown as DeleteOptions;
  }
  if (typeof value !== 'object' || Array.isArray(value))
    return decodeObject(deleteOptionsKind, body, format, 'Ignore').object as unknown as DeleteOptions;
  const { kind, apiVersion: _, ...rest } = (value ?? {}) as KubeObject;
  if (kind !== undefined && kind !== '' && kind !== 'DeleteOptions')
    throw newBadRequest(`decoded object cannot be converted to DeleteOptions`);
  const plain = Buffer.from(JSON.stringify(rest));
  return decodeObject(deleteOptionsKind, plain, 'json', 'Ignore').object as unknown as DeleteOptions;
}

function fromQuery(query: URLSearchParams): DeleteOptions {
  const grace = query.get('gracePeriodSeconds');
  const orphan = query.get('orphanDependents');
  const policy = query.get('propagationPolicy');
  if (grace !== null && !/^-?\d+$/.test(grace))
    throw newBadRequest(`strconv.ParseInt: parsing "${grace}": invalid syntax`);
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  return {
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(orphan === null ? {} : { orphanDependents: orphan === 'true' }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(dryRun.length === 0 ? {} : { dryRun }),
  };
}

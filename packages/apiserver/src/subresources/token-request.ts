import {
  applyDefaults,
  formatTime,
  type Kind,
  type KubeObject,
  newBadRequest,
  newConflict,
  newInvalid,
  newNotFound,
  nodeKind,
  type Pod,
  podKind,
  secretKind,
  type TokenRequest,
  tokenRequestKind,
  validateObject,
} from '@coxswain/api';
import { admitCreation } from '../admission/admit-creation.ts';
import type { ClaimedObject, KubernetesClaims } from '../authentication/service-account-claims.ts';
import { decodeBody } from '../handlers/decode-body.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { objectAnswer } from '../handlers/encode-object.ts';
import { writeOptions } from '../handlers/write-options.ts';
import { groupResource } from '../registry/group-resource.ts';
import { negotiateResponse } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';

/** What kubelets ask for; such a token lives a year so that programs that never read it again go on (KEP-1205). */
const RENEWED_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 3600;

const BINDABLE: Readonly<Record<string, { readonly kind: Kind; readonly claim: 'pod' | 'secret' | 'node' }>> = {
  'v1/Pod': { kind: podKind as unknown as Kind, claim: 'pod' },
  'v1/Secret': { kind: secretKind as unknown as Kind, claim: 'secret' },
  'v1/Node': { kind: nodeKind as unknown as Kind, claim: 'node' },
};

/** POST serviceaccounts/x/token: a signed token, good while the account and what it is bound to exist. */
export async function handleTokenRequest(
  dependencies: HandlerDependencies,
  context: RequestContext,
  { kind, namespace, name }: ResourceRequest,
): Promise<Answer> {
  const { issuer, audiences: own, clock } = dependencies;
  if (!issuer) throw newNotFound({ group: '', resource: 'serviceaccounts/token' }, name);
  const form = negotiateResponse(context.headers.accept);
  const options = writeOptions(context, 'CreateOptions');
  const reviewKind = tokenRequestKind as unknown as Kind;
  const object = decodeBody(context, reviewKind, options.fieldValidation);
  const request = object as unknown as TokenRequest;
  checkPlace(object, name, namespace);
  applyDefaults(reviewKind, object);
  const errors = validateObject(reviewKind, object);
  if (errors.length > 0) throw newInvalid({ group: reviewKind.group, kind: reviewKind.kind }, name, errors);
  const place = { kind, namespace, name, subresource: 'token' };
  await admitCreation(dependencies.admission, place, { user: context.user, object, dryRun: options.dryRun });
  const account = await existing(dependencies, kind, namespace, name);
  const bound = await boundClaims(dependencies, request, namespace, name);
  const { expirationSeconds = RENEWED_SECONDS } = request.spec;
  const audiences = request.spec.audiences?.length ? request.spec.audiences : [...own];
  const now = Math.floor(clock.now() / 1000);
  const forServer = audiences.every((audience) => own.includes(audience));
  const extended = bound.pod !== undefined && expirationSeconds === RENEWED_SECONDS && forServer;
  const token = await issuer.issue({
    audiences,
    issuedAt: now,
    expiresAt: now + (extended ? EXTENDED_SECONDS : expirationSeconds),
    claims: {
      namespace,
      ...bound,
      serviceaccount: { name, uid: account.metadata.uid ?? '' },
      ...(extended && { warnafter: now + RENEWED_SECONDS }),
    },
  });
  object.metadata.creationTimestamp = formatTime(clock.now());
  request.spec.audiences = audiences;
  request.status = { token, expirationTimestamp: formatTime((now + expirationSeconds) * 1000) };
  const saved = { object, bytes: Buffer.from(JSON.stringify(object)) };
  return objectAnswer(dependencies, form, 201, reviewKind, saved, context.query);
}

function checkPlace({ metadata }: KubeObject, name: string, namespace: string): void {
  metadata.name ||= name;
  metadata.namespace ||= namespace;
  if (metadata.name !== name)
    throw newBadRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (metadata.namespace !== namespace)
    throw newBadRequest(`the namespace of the provided object does not match the namespace sent on the request`);
}

/** @throws StatusError NotFound */
async function existing(
  { store }: Pick<HandlerDependencies, 'store'>,
  kind: Kind,
  namespace: string,
  name: string,
): Promise<KubeObject> {
  const found = store.cached(kind, namespace, name) ?? (await store.fresh(kind, namespace, name));
  if (!found) throw newNotFound(groupResource(kind), name);
  return found.object;
}

type Bound = Pick<KubernetesClaims, 'pod' | 'secret' | 'node'>;

async function boundClaims(
  dependencies: HandlerDependencies,
  { spec: { boundObjectRef } }: TokenRequest,
  namespace: string,
  account: string,
): Promise<Bound> {
  if (!boundObjectRef) return {};
  const { apiVersion = '', kind: kindName = '', name = '', uid = '' } = boundObjectRef;
  const bindable = BINDABLE[`${apiVersion}/${kindName}`];
  if (!bindable) {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    throw newBadRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kindName}`);
  }
  const { kind, claim } = bindable;
  const object = await existing(dependencies, kind, kind.namespaced ? namespace : '', name);
  if (claim === 'pod' && (object as Pod).spec.serviceAccountName !== account)
    throw newBadRequest(
      `cannot bind token for serviceaccount "${account}" to pod running with different serviceaccount name.`,
    );
  if (uid !== '' && uid !== object.metadata.uid)
    throw newConflict(
      groupResource(kind),
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  const node = claim === 'pod' ? await nodeOf(dependencies, object as Pod) : undefined;
  return { [claim]: { name, uid: object.metadata.uid ?? '' }, ...(node && { node }) };
}

/** A pod's token names the node it runs on (KEP-4193). */
async function nodeOf({ store }: HandlerDependencies, { spec }: Pod): Promise<ClaimedObject | undefined> {
  const { nodeName = '' } = spec;
  if (nodeName === '') return undefined;
  const found = store.cached(nodeKind as unknown as Kind, '', nodeName);
  return { name: nodeName, uid: found?.object.metadata.uid ?? '' };
}

import { formatTime, type Kind, type KubeObject, newInvalid, validateObject } from '@coxswain/api';
import { admitCreation } from '../admission/admit-creation.ts';
import type { UserInfo } from '../authentication/user-info.ts';
import { checkNamespace } from '../handlers/create.ts';
import { decodeBody } from '../handlers/decode-body.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { objectAnswer } from '../handlers/encode-object.ts';
import { writeOptions } from '../handlers/write-options.ts';
import { negotiateResponse } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { reviewLocalAccess, reviewOwnAccess, reviewSubjectAccess } from './review-access.ts';
import { reviewOwnRules } from './review-rules.ts';
import { reviewSelf } from './review-self.ts';
import { reviewToken } from './review-token.ts';

/** Fills in the status of a review that was sent. */
export type Review = (dependencies: HandlerDependencies, user: UserInfo, object: never) => void | Promise<void>;

const REVIEWS: Readonly<Record<string, Review>> = {
  TokenReview: reviewToken,
  SelfSubjectReview: reviewSelf,
  SubjectAccessReview: reviewSubjectAccess,
  LocalSubjectAccessReview: reviewLocalAccess,
  SelfSubjectAccessReview: reviewOwnAccess,
  SelfSubjectRulesReview: reviewOwnRules,
};

/** POST of a kind that is answered and not stored. */
export async function answerReview(
  dependencies: HandlerDependencies,
  context: RequestContext,
  { kind, namespace }: ResourceRequest,
): Promise<Answer> {
  const review = REVIEWS[kind.kind];
  if (!review) throw new Error(`nobody answers a ${kind.kind}`);
  const form = negotiateResponse(context.headers.accept);
  const options = writeOptions(context, 'CreateOptions');
  const object = decodeBody(context, kind, options.fieldValidation);
  checkNamespace(object, namespace);
  if (kind.namespaced) object.metadata.namespace = namespace;
  checkReview(kind, object);
  const { user } = context;
  const { admission, clock } = dependencies;
  const place = { kind, namespace, name: object.metadata.name ?? '', subresource: '' };
  await admitCreation(admission, place, { user, object, dryRun: options.dryRun });
  if (kind.kind === 'SelfSubjectReview') object.metadata.creationTimestamp = formatTime(clock.now());
  await review(dependencies, user, object as never);
  const saved = { object, bytes: Buffer.from(JSON.stringify(object)) };
  return objectAnswer(dependencies, form, 201, kind, saved, context.query);
}

/** Reviews have no name; only their own rules count. @throws StatusError Invalid */
function checkReview(kind: Kind, object: KubeObject): void {
  const errors = validateObject(kind, object);
  if (errors.length > 0) throw newInvalid({ group: kind.group, kind: kind.kind }, object.metadata.name ?? '', errors);
}

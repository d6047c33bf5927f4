import { type Kind, success } from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';
import type { Step, StepResult } from '../registry/object-store.ts';
import { planDeletion } from '../registry/plan-deletion.ts';
import { negotiateResponse } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { deletionOptions, type RequestDeletionOptions } from './deletion-options.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { objectAnswer, statusAnswer } from './encode-object.ts';

/** Kinds whose DELETE answers with the object even when it is gone. */
const RETURNS_OBJECT = new Set([
  'pods',
  'services',
  'serviceaccounts',
  'podtemplates',
  'persistentvolumeclaims',
  'persistentvolumes',
  'resourcequotas',
]);

/** DELETE of one object. */
export async function handleDelete(
  dependencies: HandlerDependencies,
  context: RequestContext,
  { kind, namespace, name }: ResourceRequest,
): Promise<Answer> {
  const form = negotiateResponse(context.headers.accept);
  const options = deletionOptions(context);
  const { user, query, signal } = context;
  const dryRun = options.dryRun || query.getAll('dryRun').includes('All');
  const result = await deleteObject(dependencies, user, kind, { namespace, name }, { ...options, dryRun }, signal);
  const { saved } = result;
  if (result.action !== 'remove') {
    const code = options.orphanDependents === false ? 202 : 200;
    return objectAnswer(dependencies, form, code, kind, saved, query);
  }
  if (kind.group === '' && RETURNS_OBJECT.has(kind.plural))
    return objectAnswer(dependencies, form, 200, kind, saved, query);
  const { uid = '' } = saved.object.metadata;
  return statusAnswer(form, 200, success({ name, group: kind.group, kind: kind.plural, uid }));
}

/** The steps admit and store of a deletion. */
export async function deleteObject(
  { admission, hooks, store, clock }: HandlerDependencies,
  user: UserInfo,
  kind: Kind,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  options: RequestDeletionOptions,
  signal: AbortSignal,
): Promise<StepResult> {
  const result = await store.change(
    kind,
    namespace,
    name,
    async ({ object }): Promise<Step> => {
      const request = {
        operation: 'DELETE',
        kind,
        namespace,
        name,
        subresource: '',
        object: undefined,
        oldObject: object,
        user,
        dryRun: options.dryRun,
      } as const;
      await admission.mutate(request);
      await admission.validate(request);
      const plan = planDeletion(kind, object, options, clock.now());
      if (plan.action === 'remove') return { action: 'remove', object };
      return plan.action === 'mark' ? { action: 'put', object: plan.object } : plan;
    },
    { dryRun: options.dryRun, signal },
  );
  if (result.action === 'remove' && !options.dryRun) await hooks.removed(kind, result.previous.object);
  return result;
}

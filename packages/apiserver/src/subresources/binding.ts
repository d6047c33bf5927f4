import {
  type Binding,
  bindingKind,
  decodeObject,
  fieldNotSupported,
  fieldRequired,
  formatTime,
  type Kind,
  newConflict,
  newInvalid,
  type Pod,
  path,
  success,
} from '@coxswain/api';
import { changeObject } from '../handlers/change-object.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { checkName } from '../handlers/update.ts';
import { objectTarget } from '../handlers/update-target.ts';
import { writeOptions } from '../handlers/write-options.ts';
import { negotiateBody } from '../server/negotiate.ts';
import { type Answer, jsonAnswer, type RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';

/** POST pods/x/binding: the scheduler's decision. Sets spec.nodeName once and the PodScheduled condition. */
export async function handleBinding(
  dependencies: HandlerDependencies,
  context: RequestContext,
  { kind, namespace, name }: ResourceRequest,
): Promise<Answer> {
  const options = writeOptions(context, 'CreateOptions');
  const format = negotiateBody(context.headers['content-type']);
  const { object } = decodeObject(bindingKind as unknown as Kind, context.body, format, options.fieldValidation);
  const binding = object as unknown as Binding;
  checkName(object, name, namespace);
  checkTarget(binding);
  const scheduledAt = formatTime(dependencies.clock.now());
  const target = {
    ...objectTarget(kind),
    subresource: 'binding',
    untracked: true as const,
    merge: (next: never) => next,
    validate: () => [],
  };
  await changeObject(
    dependencies,
    context,
    kind,
    target,
    { namespace, name },
    (current) => bind(current as unknown as Pod, binding, scheduledAt) as never,
    options,
  );
  const { metadata: _, ...status } = success();
  return jsonAnswer(201, { ...status, metadata: {}, code: 201 });
}

function checkTarget({ metadata, target }: Binding): void {
  const errors = [];
  const at = path('target');
  if (target?.kind && target.kind !== 'Node')
    errors.push(fieldNotSupported(at.child('kind'), target.kind, ['Node', '<empty>']));
  if (!target?.name) errors.push(fieldRequired(at.child('name'), ''));
  if (errors.length > 0) throw newInvalid({ group: '', kind: 'Binding' }, metadata.name ?? '', errors);
}

/** The pod on its node; it shares with `pod` what stays as it is. @throws StatusError Conflict */
function bind(pod: Readonly<Pod>, { metadata, target }: Binding, scheduledAt: string): Pod {
  const name = pod.metadata.name ?? '';
  const refuse = (why: string) => newConflict({ group: '', resource: 'pods/binding' }, name, why);
  if (metadata.uid && metadata.uid !== pod.metadata.uid)
    throw refuse(`Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${pod.metadata.uid}`);
  if (pod.metadata.deletionTimestamp !== undefined)
    throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName) throw refuse(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
  if (pod.spec.schedulingGates?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
  const { annotations } = metadata;
  const merged = annotations ? { annotations: { ...pod.metadata.annotations, ...annotations } } : {};
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: scheduledAt };
  return {
    ...pod,
    metadata: { ...pod.metadata, ...merged },
    spec: { ...pod.spec, nodeName: target.name ?? '' },
    status: { ...pod.status, conditions: [...others, scheduled] },
  };
}

import { formatTime, type Kind, type KubeObject, type ManagerEntry, newInvalid } from '@coxswain/api';
import type { AdmissionRequest } from '../admission/admission.ts';
import { fieldsOfUpdate } from '../managed-fields/track-fields.ts';
import type { Revision, Step } from '../registry/object-store.ts';
import { deletionIsComplete } from '../registry/plan-deletion.ts';
import { certainlyFailed, type Reservation } from '../registry/write-hooks.ts';
import type { RequestContext } from '../server/request-context.ts';
import type { HandlerDependencies } from './dependencies.ts';
import type { UpdateTarget } from './update-target.ts';
import type { ManagedWriteOptions } from './write-options.ts';

/**
 * The steps decode, admit, default, validate, admit, store for an object that exists. `produce` gives what the client
 * wants it to be (in the target's view); it is asked again when somebody else wrote meanwhile. `applied` gives the owners
 * of the fields after an apply; other writes own what they change.
 */
export async function changeObject(
  { store, admission, hooks, kinds, clock }: HandlerDependencies,
  { user }: Pick<RequestContext, 'user'>,
  kind: Kind,
  target: UpdateTarget,
  place: { readonly namespace: string; readonly name: string },
  produce: (current: KubeObject) => KubeObject,
  options: ManagedWriteOptions,
  applied?: () => readonly ManagerEntry[],
): Promise<Revision> {
  const { namespace, name } = place;
  const { subresource } = target;
  const record = (current: KubeObject, next: KubeObject, given: readonly unknown[] | undefined) => {
    const { apiVersion } = kind;
    const writer = { manager: options.fieldManager, subresource, apiVersion, time: formatTime(clock.now()) };
    return applied ? applied() : fieldsOfUpdate(kinds, kind, current, next, given, writer);
  };
  let reservation: Reservation | undefined;
  const decide = async ({ object: current }: Revision): Promise<Step> => {
    await reservation?.release();
    reservation = undefined;
    const incoming = produce(current);
    const request: AdmissionRequest = {
      operation: 'UPDATE',
      kind,
      namespace,
      name,
      subresource: target.subresource,
      object: incoming,
      oldObject: current,
      user,
      dryRun: options.dryRun,
    };
    await admission.mutate(request);
    if (target.subresource === '') hooks.prepareForUpdate(kind, incoming, current);
    const given = incoming.metadata.managedFields;
    const next = target.merge(incoming, current);
    if (!target.untracked) setEntries(next, record(current, next, given));
    const errors = target.validate(next, current);
    if (errors.length > 0) throw newInvalid({ group: kind.group, kind: kind.kind }, name, errors);
    await admission.validate({ ...request, object: next });
    if (deletionIsComplete(kind, next)) return { action: 'remove', object: next };
    if (target.subresource === '') reservation = await hooks.reserve(kind, next, current, options);
    return { action: 'put', object: next };
  };
  const taken = () => reservation as Reservation | undefined;
  try {
    const { action, saved } = await store.change(kind, namespace, name, decide, options);
    if (action === 'put' && !options.dryRun) await taken()?.commit();
    else await taken()?.release();
    if (action === 'remove' && !options.dryRun) await hooks.removed(kind, saved.object);
    return saved;
  } catch (error) {
    if (certainlyFailed(error, options)) await taken()?.release();
    throw error;
  }
}

function setEntries({ metadata }: KubeObject, entries: readonly ManagerEntry[]): void {
  if (entries.length === 0) delete metadata.managedFields;
  else metadata.managedFields = entries as ManagerEntry[];
}

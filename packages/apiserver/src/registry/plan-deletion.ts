import { formatTime, type Kind, type KubeObject, newConflict } from '@coxswain/api';

/** The body of a DELETE, checked. */
export interface DeletionOptions {
  readonly gracePeriodSeconds?: number | undefined;
  readonly preconditions?:
    | { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined }
    | undefined;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground' | undefined;
  readonly orphanDependents?: boolean | undefined;
}

export type DeletionPlan =
  | { readonly action: 'remove' }
  | { readonly action: 'mark'; readonly object: KubeObject }
  /** It is on its way out already. */
  | { readonly action: 'keep' };

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/**
 * What a DELETE does to an object: pods get their grace period, finalizers and a namespace's content hold it back.
 * Pure; `now` is milliseconds since the epoch.
 * @throws StatusError Conflict when a precondition does not hold
 */
export function planDeletion(kind: Kind, object: KubeObject, options: DeletionOptions, now: number): DeletionPlan {
  checkPreconditions(kind, object, options);
  const { metadata } = object;
  const finalizers = finalizersFor(metadata.finalizers ?? [], options);
  const grace = gracePeriod(kind, object, options);
  const held = finalizers.length > 0 || holdsItself(kind, object);
  if (metadata.deletionTimestamp !== undefined) {
    const before = metadata.deletionGracePeriodSeconds ?? 0;
    const shortened = grace.asked && grace.seconds < before;
    if (shortened || before === 0) {
      const seconds = shortened ? grace.seconds : before;
      if (seconds === 0 && !held) return { action: 'remove' };
      if (shortened) {
        const requested = Date.parse(metadata.deletionTimestamp) - before * 1000;
        return { action: 'mark', object: marked(kind, object, finalizers, seconds, requested) };
      }
    }
    if (sameList(finalizers, metadata.finalizers ?? [])) return { action: 'keep' };
    return { action: 'mark', object: { ...object, metadata: { ...metadata, finalizers } } };
  }
  if (grace.seconds === 0 && !held) return { action: 'remove' };
  return { action: 'mark', object: marked(kind, object, finalizers, grace.seconds, now) };
}

/** Whether an object whose deletion began may go now, after a write took its last finalizer. */
export function deletionIsComplete(kind: Kind, object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined || finalizers.length > 0 || holdsItself(kind, object)) return false;
  return deletionGracePeriodSeconds === 0;
}

/** @throws StatusError Conflict, naming the kind as upstream does here */
export function checkPreconditions(
  { group, kind }: Kind,
  { metadata }: KubeObject,
  { preconditions = {} }: DeletionOptions,
): void {
  const { uid, resourceVersion } = preconditions;
  const resource = { group, resource: kind };
  if (uid !== undefined && uid !== metadata.uid)
    throw newConflict(
      resource,
      metadata.name,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw newConflict(
      resource,
      metadata.name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
}

/** The finalizers that stand for the propagation policy, among those that are there. */
function finalizersFor(current: readonly string[], options: DeletionOptions): string[] {
  const { propagationPolicy, orphanDependents } = options;
  const orphan = propagationPolicy === 'Orphan' || (propagationPolicy === undefined && orphanDependents === true);
  const decided = propagationPolicy !== undefined || orphanDependents !== undefined;
  if (!decided) return [...current];
  const others = current.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  if (orphan) return [...others, ORPHAN];
  return propagationPolicy === 'Foreground' ? [...others, FOREGROUND] : others;
}

interface PodLike {
  readonly spec?: { readonly nodeName?: string; readonly terminationGracePeriodSeconds?: number };
  readonly status?: { readonly phase?: string };
}

function gracePeriod(kind: Kind, object: KubeObject, options: DeletionOptions): { seconds: number; asked: boolean } {
  if (!isPod(kind)) return { seconds: 0, asked: false };
  const { spec, status } = object as PodLike;
  const { gracePeriodSeconds } = options;
  const wanted = gracePeriodSeconds ?? spec?.terminationGracePeriodSeconds ?? 30;
  const asked = gracePeriodSeconds !== undefined;
  const idle = !spec?.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (idle) return { seconds: 0, asked: true };
  return { seconds: wanted < 0 ? 1 : wanted, asked };
}

/** A namespace stays until the namespace controller has emptied it. */
function holdsItself(kind: Kind, object: KubeObject): boolean {
  if (!isNamespace(kind)) return false;
  return ((object as { spec?: { finalizers?: string[] } }).spec?.finalizers ?? []).length > 0;
}

function marked(
  kind: Kind,
  object: KubeObject,
  finalizers: string[],
  seconds: number,
  requestedAt: number,
): KubeObject {
  const { generation, finalizers: _, ...metadata } = object.metadata;
  const next: KubeObject & { status?: unknown } = {
    ...object,
    metadata: {
      ...metadata,
      ...(generation === undefined ? {} : { generation: generation + 1 }),
      deletionTimestamp: formatTime(requestedAt + seconds * 1000),
      ...(isNamespace(kind) ? {} : { deletionGracePeriodSeconds: seconds }),
      ...(finalizers.length > 0 ? { finalizers } : {}),
    },
  };
  if (isNamespace(kind)) next.status = { ...(next.status as object | undefined), phase: 'Terminating' };
  return next;
}

const isPod = ({ group, plural }: Kind) => group === '' && plural === 'pods';
const isNamespace = ({ group, plural }: Kind) => group === '' && plural === 'namespaces';

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

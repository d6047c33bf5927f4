import { type ControllerRevision, canonicalJson, type KubeObject, type PodTemplateSpec } from '@coxswain/api';

export interface RevisionsPlan {
  /** What the owner's template is now; its uid is missing while it has to be created. */
  readonly update: ControllerRevision;
  readonly create: boolean;
  /** Equal to an older revision: that one is to be the newest again, under its new number. */
  readonly renumber: boolean;
}

export interface RevisionsInput {
  readonly owner: KubeObject & { readonly spec: { readonly template: PodTemplateSpec } };
  /** Revisions that the owner controls. */
  readonly revisions: readonly ControllerRevision[];
  /** A revision of this template, to be numbered; its name tells its content. */
  newRevision(data: unknown): ControllerRevision;
}

/** Which ControllerRevision stands for the template of a DaemonSet or StatefulSet. */
export function planRevisions({ owner, revisions, newRevision }: RevisionsInput): RevisionsPlan {
  const data = revisionData(owner.spec.template);
  const sorted = [...revisions].sort(byRevision);
  const newest = sorted.at(-1);
  const text = canonicalJson(data);
  const equal = sorted.filter((revision) => canonicalJson(revision.data) === text).at(-1);
  const next = (newest?.revision ?? 0) + 1;
  if (!equal) return { update: { ...newRevision(data), revision: next }, create: true, renumber: false };
  if (equal === newest) return { update: equal, create: false, renumber: false };
  return { update: { ...equal, revision: next }, create: false, renumber: true };
}

/** The strategic merge patch that brings a template back, as `kubectl rollout undo` applies it. */
export function revisionData(template: PodTemplateSpec): { spec: { template: object } } {
  return { spec: { template: { ...template, $patch: 'replace' } } };
}

/** The template that a revision keeps. */
export function templateOfRevision(revision: ControllerRevision): PodTemplateSpec | undefined {
  const template = (revision.data as { spec?: { template?: PodTemplateSpec & { $patch?: string } } } | undefined)?.spec
    ?.template;
  if (!template) return undefined;
  const { $patch: _, ...rest } = template;
  return rest as PodTemplateSpec;
}

/** Those beyond the limit, oldest first, that nothing `live` names. */
export function revisionsToDelete(
  revisions: readonly ControllerRevision[],
  live: ReadonlySet<string>,
  limit: number,
): ControllerRevision[] {
  const history = revisions.filter(({ metadata }) => !live.has(metadata.name)).sort(byRevision);
  return history.slice(0, Math.max(0, history.length - limit));
}

export function byRevision(a: ControllerRevision, b: ControllerRevision): number {
  if (a.revision !== b.revision) return a.revision - b.revision;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

import { allKinds, type Kind, removedVersionKinds, virtualKinds } from '@coxswain/api';

export interface ServedKindsOptions {
  /** --serve-removed-versions */
  readonly removedVersions: boolean;
}

/** Every kind with a path of its own, in the order of discovery. */
export function servedKinds({ removedVersions }: ServedKindsOptions): readonly Kind[] {
  const reviews = virtualKinds.filter(({ verbs }) => verbs?.includes('create'));
  return [...allKinds, ...reviews, ...(removedVersions ? removedVersionKinds : [])];
}

import { compareObjects, type DifferenceAt, emptyObject, type Kind, type KubeObject } from '@coxswain/api';

/** The difference of two states of an object as the other versions of its kind show them. */
export function differenceAt(
  kinds: readonly Kind[],
  kind: Kind,
  before: KubeObject | undefined,
  after: KubeObject,
): DifferenceAt {
  return (apiVersion) => {
    const other = kinds.find((each) => each.apiVersion === apiVersion && storedAt(each) === storedAt(kind));
    if (!other) return undefined;
    const old = before ? shownAs(other, kind, before) : emptyObject(other.struct);
    return { difference: compareObjects(other.struct, old, shownAs(other, kind, after)) };
  };
}

function storedAt({ storedAs, group, plural }: Kind): string {
  return storedAs ? `${storedAs.group}/${storedAs.plural}` : `${group}/${plural}`;
}

function shownAs(other: Kind, kind: Kind, object: KubeObject): KubeObject {
  const stored = kind.storedAs ? kind.storedAs.toStored(object) : object;
  return other.storedAs ? other.storedAs.fromStored(stored) : stored;
}

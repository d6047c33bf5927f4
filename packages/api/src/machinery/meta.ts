import { randomInt, randomUUID } from 'node:crypto';

export interface OwnerReferenceLike {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean | undefined;
  blockOwnerDeletion?: boolean | undefined;
}

export interface ObjectMetaLike {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly ownerReferences?: readonly OwnerReferenceLike[] | undefined;
}

export interface ObjectLike {
  readonly metadata?: ObjectMetaLike | undefined;
}

/** Without vowels, and without digits that look like them: no bad words, no confusion. */
const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const MAX_GENERATED_NAME = 63;
const SUFFIX_LENGTH = 5;

/** `length` random characters from upstream's safe alphabet. */
export function randomSuffix(length: number = SUFFIX_LENGTH): string {
  let suffix = '';
  for (let i = 0; i < length; i++) suffix += SAFE_ALPHABET[randomInt(SAFE_ALPHABET.length)];
  return suffix;
}

/** A name of at most 63 characters for `generateName`: the base, cut to 58, and five random characters. */
export function generateName(base: string, suffix: () => string = randomSuffix): string {
  return base.slice(0, MAX_GENERATED_NAME - SUFFIX_LENGTH) + suffix();
}

/** Replaces each character by one of the safe alphabet, as upstream does to shorten hashes into names. */
export function safeEncodeString(text: string): string {
  let encoded = '';
  for (const character of text) encoded += SAFE_ALPHABET[(character.codePointAt(0) as number) % SAFE_ALPHABET.length];
  return encoded;
}

export function newUid(): string {
  return randomUUID();
}

/** `ns/name`, or `name` alone for an object without a namespace. */
export function objectKey(object: ObjectLike): string {
  return keyOf(object.metadata?.namespace, object.metadata?.name ?? '');
}

export function keyOf(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** The two halves of a key; the namespace is '' for a cluster-scoped object. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: slash < 0 ? '' : key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The owner that manages an object. */
export function controllerOf(object: ObjectLike): OwnerReferenceLike | undefined {
  return object.metadata?.ownerReferences?.find((reference) => reference.controller === true);
}

/** Whether the owner, by its uid, manages the object. */
export function isControlledBy(object: ObjectLike, owner: ObjectLike): boolean {
  const uid = controllerOf(object)?.uid;
  return uid !== undefined && uid === owner.metadata?.uid;
}

/** Whether the owner, by its uid, is among the object's owners. */
export function isOwnedBy(object: ObjectLike, owner: ObjectLike): boolean {
  const uid = owner.metadata?.uid;
  return uid !== undefined && (object.metadata?.ownerReferences?.some((reference) => reference.uid === uid) ?? false);
}

/** The reference by which a controller owns what it makes. */
export function controllerRef(
  owner: ObjectLike,
  gvk: { group: string; version: string; kind: string },
): OwnerReferenceLike {
  return {
    apiVersion: groupVersionString(gvk),
    kind: gvk.kind,
    name: owner.metadata?.name ?? '',
    uid: owner.metadata?.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** `apps/v1`, `v1`. */
export function groupVersionString({ group, version }: { group: string; version: string }): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The halves of an apiVersion; the group is '' for core. */
export function parseGroupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

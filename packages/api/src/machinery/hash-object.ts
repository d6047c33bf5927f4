import { canonicalJson } from './json.ts';
import { safeEncodeString } from './meta.ts';

/** FNV-1a over UTF-8, 32 bits: spreads texts, protects nothing. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * A short name-safe hash of a JSON value, the same for equal values whatever their key order: pod-template-hash,
 * controller-revision-hash.
 *
 * @param collisionCount set after a name built of the hash was taken by another object; 0 and undefined differ, as upstream's
 */
export function hashObject(value: unknown, collisionCount?: number): string {
  const salt = collisionCount === undefined ? '' : `#${collisionCount}`;
  return safeEncodeString(String(fnv32a(canonicalJson(value) + salt)));
}

import { canonicalJson, type PodTemplateSpec } from '@coxswain/api';

/** No vowels and no 0, 1, 3: generated names spell no words. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

/** The value of the pod-template-hash label: stable for a template, another one for each collision count. */
export function templateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  const text = canonicalJson(template) + (collisionCount === undefined ? '' : `\n${collisionCount}`);
  return [...String(fnv1a(text))].map((digit) => SAFE[digit.charCodeAt(0) % SAFE.length]).join('');
}

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

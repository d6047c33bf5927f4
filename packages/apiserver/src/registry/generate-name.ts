import { randomInt } from 'node:crypto';

/** No vowels and no look-alikes, so that no words come out. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const RANDOM_LENGTH = 5;
const MAX_NAME_LENGTH = 63;

/** metadata.generateName with five random characters; a long base is cut so that the name fits a DNS label. */
export function generateName(base: string): string {
  let suffix = '';
  for (let i = 0; i < RANDOM_LENGTH; i++) suffix += ALPHABET[randomInt(ALPHABET.length)];
  return base.slice(0, MAX_NAME_LENGTH - RANDOM_LENGTH) + suffix;
}

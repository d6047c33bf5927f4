import type { Secret, ServiceAccount } from '@coxswain/api';

export const LAST_USED = 'kubernetes.io/legacy-token-last-used';
export const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';
const DAY_MS = 24 * 3_600_000;

export type LegacyTokenPlan = 'keep' | 'invalidate' | 'delete';

export interface LegacyTokenInput {
  readonly secret: Secret;
  readonly account: ServiceAccount | undefined;
  /** A pod mounts it. */
  readonly mounted: boolean;
  /** When the apiserver began to note uses, milliseconds since the epoch. */
  readonly trackedSince: number;
  readonly periodMs: number;
  readonly now: number;
}

/**
 * What becomes of a token that was made without being asked for: unused for a period it is marked invalid, after another
 * one it goes (KEP-2799). Those that people made stay.
 */
export function planLegacyToken(input: LegacyTokenInput): LegacyTokenPlan {
  const { secret, account, mounted, trackedSince, periodMs, now } = input;
  const { labels = {}, creationTimestamp, name } = secret.metadata;
  const generated = account?.secrets?.some((reference) => reference.name === name) === true;
  if (!generated || mounted) return 'keep';
  const created = Date.parse(creationTimestamp ?? '');
  const lastUsed = dateOf(labels[LAST_USED]);
  const idleSince = Math.max(created, trackedSince, lastUsed === undefined ? 0 : lastUsed + DAY_MS);
  if (Number.isNaN(idleSince) || idleSince + periodMs > now) return 'keep';
  const invalid = dateOf(labels[INVALID_SINCE]);
  if (invalid === undefined) return 'invalidate';
  return invalid + DAY_MS + periodMs > now ? 'keep' : 'delete';
}

/** Midnight of a label's day, milliseconds since the epoch. */
function dateOf(text: string | undefined): number | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : at;
}

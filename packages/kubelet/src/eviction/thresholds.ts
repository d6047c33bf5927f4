import { parseQuantity } from '@coxswain/api';
import { parseDuration, UsageError } from '@coxswain/foundation';

export const SIGNALS = [
  'memory.available',
  'nodefs.available',
  'nodefs.inodesFree',
  'imagefs.available',
  'imagefs.inodesFree',
  'pid.available',
] as const;
export type Signal = (typeof SIGNALS)[number];

export type NodePressure = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure';

/** An amount, or a share of the capacity (0.1 for 10 %). */
export type ThresholdValue = { readonly quantity: number } | { readonly share: number };

export interface Threshold {
  readonly signal: Signal;
  readonly value: ThresholdValue;
  /** Milliseconds that it must be met for; 0 for a hard threshold. */
  readonly graceMs: number;
  readonly hard: boolean;
  /** What must be free beyond the threshold before it counts as resolved. */
  readonly minReclaim: ThresholdValue | undefined;
}

export interface EvictionSettings {
  /** `memory.available<100Mi`; '' or an empty list turns hard eviction off. */
  readonly hard: readonly string[];
  readonly soft: readonly string[];
  /** By signal, `1m30s`. */
  readonly softGracePeriod: Readonly<Record<string, string>>;
  readonly minimumReclaim: Readonly<Record<string, string>>;
}

/** Upstream's for Linux. */
export const DEFAULT_EVICTION_HARD = [
  'memory.available<100Mi',
  'nodefs.available<10%',
  'nodefs.inodesFree<5%',
  'imagefs.available<15%',
  'imagefs.inodesFree<5%',
] as const;

/** @throws UsageError in upstream's words for what isn't a threshold, or a soft one without its grace period */
export function parseThresholds(settings: EvictionSettings): Threshold[] {
  const parse = (text: string, hard: boolean): Threshold[] => {
    const [name = '', amount, ...more] = text.split('<');
    if (amount === undefined || more.length > 0)
      throw new UsageError(`invalid eviction threshold syntax ${text}, expected <signal><<value>`);
    const signal = toSignal(name);
    const value = parseValue(name, amount);
    // 0 % and 100 % mean: never.
    if ('share' in value && (value.share === 0 || value.share === 1)) return [];
    const grace = settings.softGracePeriod[signal];
    if (!hard && grace === undefined)
      throw new UsageError(`grace period must be specified for the soft eviction threshold ${signal}`);
    const reclaim = settings.minimumReclaim[signal];
    return [
      {
        signal,
        value,
        hard,
        graceMs: hard || grace === undefined ? 0 : (parseDuration(grace) ?? 0),
        minReclaim: reclaim === undefined ? undefined : parseValue(signal, reclaim),
      },
    ];
  };
  return [
    ...settings.hard.flatMap((text) => parse(text, true)),
    ...settings.soft.flatMap((text) => parse(text, false)),
  ];
}

function toSignal(name: string): Signal {
  const signal = SIGNALS.find((each) => each === name);
  if (!signal) throw new UsageError(`unsupported eviction signal ${name}`);
  return signal;
}

function parseValue(signal: string, text: string): ThresholdValue {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined) return { share: Number(percent) / 100 };
  try {
    return { quantity: parseQuantity(text).value() };
  } catch {
    throw new UsageError(`eviction threshold ${signal} must be a quantity or a percentage, not "${text}"`);
  }
}

/** The amount in bytes (or inodes, or processes). */
export function amountOf(value: ThresholdValue, capacity: number): number {
  return 'quantity' in value ? value.quantity : Math.floor(capacity * value.share);
}

export function pressureOf(signal: Signal): NodePressure {
  if (signal === 'memory.available') return 'MemoryPressure';
  return signal === 'pid.available' ? 'PIDPressure' : 'DiskPressure';
}

/** What the messages and events call it. */
export function resourceOf(signal: Signal): 'memory' | 'ephemeral-storage' | 'inodes' | 'pids' {
  if (signal === 'memory.available') return 'memory';
  if (signal === 'pid.available') return 'pids';
  return signal.endsWith('inodesFree') ? 'inodes' : 'ephemeral-storage';
}

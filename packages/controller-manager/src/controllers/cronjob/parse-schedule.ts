import { Cron } from 'croner';

/** When a CronJob is due. All times in milliseconds since the epoch. */
export interface Schedule {
  /** The first time after `from`; undefined when there is none within eight years. */
  next(from: number): number | undefined;
}

export class ScheduleError extends Error {}

const NAMES = {
  month: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  weekday: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
};
const FIELDS: readonly { min: number; max: number; names?: readonly string[] }[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: NAMES.month },
  { min: 0, max: 6, names: NAMES.weekday },
];
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const HORIZON_MS = 8 * 366 * 86_400_000;

/**
 * Five fields, or a descriptor such as `@daily` and `@every 90m`. Fields are expanded to plain lists, so that the
 * library's own extensions (seconds, years, `L`, `W`, `#`) stay out. Times that a change of the clock skips are skipped.
 * @throws ScheduleError when the text is no schedule
 */
export function parseSchedule(text: string, timeZone?: string): Schedule {
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+/.exec(text);
  const zone = timeZone ?? zoned?.[1] ?? 'UTC';
  const body = (zoned ? text.slice(zoned[0].length) : text).trim();
  if (body.startsWith('@every ')) return every(body.slice('@every '.length).trim());
  const words = (DESCRIPTORS[body] ?? body).split(/\s+/);
  if (body.startsWith('@') && !DESCRIPTORS[body]) throw new ScheduleError(`unrecognized descriptor: ${body}`);
  if (words.length !== FIELDS.length)
    throw new ScheduleError(`expected exactly 5 fields, found ${words.length}: [${words.join(' ')}]`);
  const fields = words.map((word, i) => expand(word, FIELDS[i] as (typeof FIELDS)[number]));
  const cron = new Cron(fields.map((values) => values?.join(',') ?? '*').join(' '), { timezone: zone, paused: true });
  const wallClock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  const [minutes, hours] = fields;
  return {
    next(from) {
      let at = from;
      while (at - from < HORIZON_MS) {
        const due = cron.nextRun(new Date(at))?.getTime();
        if (due === undefined) return undefined;
        const [hour, minute] = wallClock.format(due).split(':').map(Number) as [number, number];
        if ((minutes?.includes(minute) ?? true) && (hours?.includes(hour) ?? true)) return due;
        at = due;
      }
      return undefined;
    },
  };
}

/** Delays are whole seconds, at least one. */
function every(text: string): Schedule {
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text)
    throw new ScheduleError(`failed to parse duration @every ${text}: time: invalid duration "${text}"`);
  const exact = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0), 0);
  const ms = Math.max(1000, Math.floor(exact / 1000) * 1000);
  return { next: (from) => Math.floor((from + ms) / 1000) * 1000 };
}

/** The values of a field; undefined for all of them. */
function expand(word: string, { min, max, names = [] }: (typeof FIELDS)[number]): number[] | undefined {
  const values = new Set<number>();
  let all = false;
  for (const part of word.split(',')) {
    const [range = '', stepText, ...more] = part.split('/');
    const [low = '', high, ...rest] = range.split('-');
    if (more.length > 0) throw new ScheduleError(`too many slashes: ${part}`);
    if (rest.length > 0) throw new ScheduleError(`too many hyphens: ${part}`);
    const step = stepText === undefined ? 1 : numberOf(stepText, min, []);
    if (step === 0) throw new ScheduleError(`step of range should be a positive number: ${part}`);
    const star = low === '*' || low === '?';
    const first = star ? min : numberOf(low, min, names);
    const last = star ? max : high !== undefined ? numberOf(high, min, names) : stepText === undefined ? first : max;
    if (first < min) throw new ScheduleError(`beginning of range (${first}) below minimum (${min}): ${part}`);
    if (last > max) throw new ScheduleError(`end of range (${last}) above maximum (${max}): ${part}`);
    if (first > last) throw new ScheduleError(`beginning of range (${first}) beyond end of range (${last}): ${part}`);
    if (star && step === 1) all = true;
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return all ? undefined : [...values].sort((a, b) => a - b);
}

function numberOf(text: string, min: number, names: readonly string[]): number {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + min;
  if (/^\d+$/.test(text)) return Number(text);
  throw new ScheduleError(`failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`);
}

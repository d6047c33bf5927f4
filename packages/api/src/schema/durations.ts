const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, as kubectl prints ages: `45s`, `5m10s`, `3h5m`, `2d`, `<unknown>`. */
export function formatAge(timestamp: string | undefined, now: number): string {
  if (timestamp === undefined) return '<unknown>';
  return humanDuration(now - Date.parse(timestamp));
}

let steadyForMs = Number.POSITIVE_INFINITY;

/**
 * What `format` gives, and for how many milliseconds it would give the same if the durations in it all grow with time:
 * 0 where that is not known, Infinity where there are none.
 */
export function steadily<T>(format: () => T): { readonly value: T; readonly steadyMs: number } {
  steadyForMs = Number.POSITIVE_INFINITY;
  const value = format();
  return { value, steadyMs: steadyForMs };
}

/** Until a duration reads differently: when its smallest shown unit is full. */
function steadyMsOf(ms: number): number {
  if (!(ms >= 0)) return 0;
  const unit = ms < 10 * MINUTE ? SECOND : ms < 8 * HOUR ? MINUTE : ms < 8 * DAY ? HOUR : DAY;
  return unit - (ms % unit);
}

/** A duration in milliseconds in kubectl's short form; shorter the longer it is. */
export function humanDuration(ms: number): string {
  steadyForMs = Math.min(steadyForMs, steadyMsOf(ms));
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return join(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return join(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 192) return join(days, 'd', hours % 24, 'h');
  if (days < 365 * 2) return `${days}d`;
  const years = Math.trunc(days / 365);
  if (years < 8) return join(years, 'y', days % 365, 'd');
  return `${years}y`;
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

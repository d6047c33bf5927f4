/** What is to be done to the files of one container's log, so that they don't outgrow their bounds. */
export interface LogRotation {
  /** Left by a rotation that was cut short. */
  readonly leftovers: readonly string[];
  /** Rotated logs beyond the bound, oldest first. */
  readonly remove: readonly string[];
  /** Rotated logs that aren't compressed yet. */
  readonly compress: readonly string[];
}

const ROTATED = /^(.+)\.(\d{8}-\d{6})(\.gz)?(\.tmp)?$/;

/**
 * Pure: from the names in the log's folder. `maxFiles` counts the log in use; the rotation at hand makes one more
 * rotated log, which stays uncompressed for readers that still hold it.
 */
export function planLogRotation(names: readonly string[], log: string, maxFiles: number): LogRotation {
  const rotated = names.filter((name) => ROTATED.exec(name)?.[1] === log).sort();
  const leftovers = rotated.filter(
    (name) => name.endsWith('.tmp') || (!name.endsWith('.gz') && rotated.includes(`${name}.gz`)),
  );
  const whole = rotated.filter((name) => !leftovers.includes(name));
  const remove = whole.slice(0, Math.max(0, whole.length - Math.max(0, maxFiles - 2)));
  return {
    leftovers,
    remove,
    compress: whole.filter((name) => !remove.includes(name) && !name.endsWith('.gz')),
  };
}

/** `20060102-150405` in UTC, the suffix of a rotated log. */
export function rotationSuffix(now: number): string {
  return new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
}

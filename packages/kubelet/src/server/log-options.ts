/** What of a log is wanted; upstream's PodLogOptions. */
export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
  readonly limitBytes: number | undefined;
}

/** @returns the options, or what is wrong with the query */
export function parseLogOptions(query: URLSearchParams, now: number): LogOptions | string {
  const number = (name: string, least: number): number | undefined | string => {
    const text = query.get(name);
    if (text === null || text === '') return undefined;
    const value = Number(text);
    return Number.isInteger(value) && value >= least ? value : `${name} must be greater than or equal to ${least}`;
  };
  const truth = (name: string) => ['true', '1'].includes(query.get(name) ?? '');
  const tailLines = number('tailLines', 0);
  const limitBytes = number('limitBytes', 1);
  const sinceSeconds = number('sinceSeconds', 1);
  for (const value of [tailLines, limitBytes, sinceSeconds]) if (typeof value === 'string') return value;
  const sinceTime = query.get('sinceTime');
  if (sinceTime && sinceSeconds !== undefined) return 'at most one of sinceTime or sinceSeconds may be specified';
  const at = sinceTime ? Date.parse(sinceTime) : undefined;
  if (at !== undefined && Number.isNaN(at)) return `invalid sinceTime "${sinceTime}"`;
  return {
    follow: truth('follow'),
    previous: truth('previous'),
    timestamps: truth('timestamps'),
    tailLines: tailLines as number | undefined,
    limitBytes: limitBytes as number | undefined,
    since: at ?? (typeof sinceSeconds === 'number' ? now - sinceSeconds * 1000 : undefined),
  };
}

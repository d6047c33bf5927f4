interface Unit {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const UNITS: readonly Unit[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** What is wrong with a standard cron schedule (five fields, or a descriptor such as `@daily` or `@every 1h`); undefined when fine. */
export function cronScheduleProblem(schedule: string): string | undefined {
  const text = schedule.replace(/^(?:CRON_)?TZ=\S+\s*/, '').trim();
  if (text === '') return 'empty spec string';
  if (text.startsWith('@')) return descriptorProblem(text);
  const fields = text.split(/\s+/);
  if (fields.length !== UNITS.length) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  for (const [i, field] of fields.entries())
    for (const part of field.split(',')) {
      const problem = rangeProblem(part, UNITS[i] as Unit);
      if (problem) return problem;
    }
  return undefined;
}

function descriptorProblem(text: string): string | undefined {
  if (DESCRIPTORS.includes(text)) return undefined;
  if (!text.startsWith('@every ')) return `unrecognized descriptor: ${text}`;
  const duration = text.slice('@every '.length);
  return /^([0-9]*\.?[0-9]+(ns|us|µs|ms|s|m|h))+$/.test(duration)
    ? undefined
    : `failed to parse duration ${text}: time: invalid duration "${duration}"`;
}

function rangeProblem(expression: string, unit: Unit): string | undefined {
  const [range = '', step, ...more] = expression.split('/');
  const [low = '', high, ...rest] = range.split('-');
  if (more.length > 0) return `too many slashes: ${expression}`;
  if (rest.length > 0) return `too many hyphens: ${expression}`;
  let from = unit.min;
  let to = unit.max;
  if (low !== '*' && low !== '?') {
    const first = numberOf(low, unit);
    if (first === undefined) return `failed to parse int from ${low}: strconv.Atoi: parsing "${low}": invalid syntax`;
    from = first;
    const last = high === undefined ? (step === undefined ? first : unit.max) : numberOf(high, unit);
    if (last === undefined) return `failed to parse int from ${high}: strconv.Atoi: parsing "${high}": invalid syntax`;
    to = last;
  }
  if (step !== undefined) {
    const every = numberOf(step, { min: 0, max: 0 });
    if (every === undefined) return `failed to parse int from ${step}: strconv.Atoi: parsing "${step}": invalid syntax`;
    if (every === 0) return `step of range should be a positive number: ${expression}`;
  }
  if (from < unit.min) return `beginning of range (${from}) below minimum (${unit.min}): ${expression}`;
  if (to > unit.max) return `end of range (${to}) above maximum (${unit.max}): ${expression}`;
  if (from > to) return `beginning of range (${from}) beyond end of range (${to}): ${expression}`;
  return undefined;
}

function numberOf(text: string, { min, names = [] }: Unit): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + min;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** What a command's stdout must be, or match. */
export type Expected = string | RegExp;

/** One kubectl command and what it must print; the script's namespace reads `NS` in what is compared. */
export interface Step {
  /** `$NS`, `$TESTDATA` and `$UNIQUE` (a label no other version uses) are filled in. */
  readonly args: readonly string[];
  /** Text on stdin, with the same placeholders. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The whole stdout, or what it must match. Nothing asked where absent, but the command must succeed. */
  readonly prints?: Expected;
  /** Where kubectls differ: minor version from which on a text holds, ascending. */
  readonly printsSince?: readonly (readonly [minor: number, expected: Expected])[];
  /** The command must fail, with a message on stderr that matches. */
  readonly fails?: RegExp;
  /** The command succeeds, with something on stderr that matches. */
  readonly warns?: RegExp;
  /** What must not be in stdout. */
  readonly never?: RegExp;
  /** `diff` ends with 1 where there are differences. */
  readonly exitCode?: number;
  /** Tried again until it holds, for what controllers do in their own time. */
  readonly eventually?: true;
  /** The first minor version that has the command or flag. */
  readonly since?: number;
  /** The last minor version of which this is true. */
  readonly until?: number;
}

/** A step whose arguments have no spaces; `args` in `more` replaces them where they have. */
export function step(command: string, prints?: Expected, more: Partial<Step> = {}): Step {
  return { args: command.split(' '), ...(prints === undefined ? {} : { prints }), ...more };
}

/** What a step asks of this minor version. */
export function expectedOf({ prints, printsSince = [] }: Step, minor: number): Expected | undefined {
  return printsSince.filter(([since]) => minor >= since).at(-1)?.[1] ?? prints;
}

export function appliesTo({ since = 0, until = Number.POSITIVE_INFINITY }: Step, minor: number): boolean {
  return minor >= since && minor <= until;
}

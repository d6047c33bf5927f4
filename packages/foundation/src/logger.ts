import { destination, type Logger as PinoLogger, pino } from 'pino';

/** Structured log: a constant lower-case message plus fields, `log.info({ pod: 'ns/name' }, 'pod started')`. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** The component's name, in every line as `component`. */
  readonly component: string;
  /** pino level: `trace`, `debug`, `info`, `warn`, `error`, `silent`; `info` unless given. */
  readonly level?: string;
  /** File to append to; stderr unless given. */
  readonly file?: string;
}

export function createLogger(options: LoggerOptions): Logger {
  const { component, level = 'info', file } = options;
  return pino(
    {
      level,
      base: { component },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination(file === undefined ? { fd: 2, sync: true } : { dest: file, sync: true, mkdir: true, mode: 0o600 }),
  );
}

/** A logger that says nothing, for tests. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}

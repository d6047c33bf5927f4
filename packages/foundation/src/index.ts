export { aborted, childController } from './abort.ts';
export { AsyncQueue, OverflowError, type PushResult } from './async-queue.ts';
export { Backoff, type BackoffOptions, backoffDelay } from './backoff.ts';
export { type Clock, systemClock } from './clock.ts';
export {
  type FlagKind,
  type FlagSpec,
  type FlagValues,
  type ParsedFlags,
  parseDuration,
  parseFlags,
  UsageError,
  usage,
} from './flags.ts';
export { checkHealth, type HealthCheck, type HealthReport } from './health.ts';
export { type HealthServer, type HealthServerOptions, startHealthServer } from './health-server.ts';
export { KeyedSerialiser } from './keyed-serialiser.ts';
export { createLogger, type Logger, type LoggerOptions, silentLogger } from './logger.ts';
export { Counter, createMetrics, Gauge, Histogram, type Metrics } from './metrics.ts';
export { Places } from './places.ts';
export { CommandError, type CommandOptions, runCommand } from './run-command.ts';
export { runMain } from './run-main.ts';

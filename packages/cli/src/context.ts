import type { ApiClient } from '@coxswain/client';
import type { FlagSpec } from '@coxswain/foundation';

/** Flags that every command takes. */
export const GLOBAL_FLAGS = {
  kubeconfig: { kind: 'string', default: '', help: 'path to the kubeconfig file; $KUBECONFIG or ~/.kube/config' },
  context: { kind: 'string', default: '', help: 'the name of the kubeconfig context to use' },
  namespace: { kind: 'string', default: '', short: 'n', help: 'the namespace of this request' },
  'request-timeout': { kind: 'duration', default: '0', help: 'longest time for one request; 0 for 30s' },
  help: { kind: 'boolean', short: 'h', help: 'show what the command does' },
} as const satisfies Record<string, FlagSpec>;

export interface GlobalFlags {
  readonly kubeconfig: string;
  readonly context: string;
  readonly namespace: string;
  readonly 'request-timeout': number;
}

/** A connection to the server of the chosen context. */
export interface Session {
  readonly client: ApiClient;
  /** The namespace of what names none. */
  readonly namespace: string;
  /** Milliseconds for one request. */
  readonly timeoutMs: number;
  readonly server: string;
}

/** What a command may touch outside itself. */
export interface Context {
  out(text: string | Uint8Array): void;
  /** Resolves when what was given to `out` has left, as far as it must have for more to be taken. */
  drained(): Promise<void>;
  err(text: string): void;
  stdin(): Promise<string>;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  connect(flags: GlobalFlags): Promise<Session>;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Command {
  /** One line, as in `get [TYPE[.VERSION][.GROUP]] [NAME]`. */
  readonly usage: string;
  readonly summary: string;
  readonly flags: Record<string, FlagSpec>;
  /** Resolves with the exit code. @throws what `describeError` puts into words */
  run(argv: readonly string[], context: Context): Promise<number>;
}

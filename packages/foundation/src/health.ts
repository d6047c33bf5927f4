/** A named check for /livez and /readyz: resolves when healthy, rejects with the reason when not. */
export interface HealthCheck {
  readonly name: string;
  check(signal: AbortSignal): void | Promise<void>;
}

export interface HealthReport {
  readonly healthy: boolean;
  /** `ok`, or one line a check in upstream's `[+]name ok` / `[-]name failed: reason` form. */
  readonly text: string;
}

/** Runs all checks side by side, each bounded to five seconds; `verbose` as in `/readyz?verbose`. */
export async function checkHealth(
  path: string,
  checks: readonly HealthCheck[],
  options: { readonly verbose?: boolean } = {},
): Promise<HealthReport> {
  const lines = await Promise.all(
    checks.map(async ({ name, check }) => {
      try {
        await withTimeout(check, 5000);
        return { ok: true, line: `[+]${name} ok` };
      } catch (error) {
        return { ok: false, line: `[-]${name} failed: ${error instanceof Error ? error.message : String(error)}` };
      }
    }),
  );
  const healthy = lines.every(({ ok }) => ok);
  if (healthy && !options.verbose) return { healthy, text: 'ok' };
  const verdict = healthy ? `${path} check passed` : `${path} check failed`;
  return { healthy, text: [...lines.map(({ line }) => line), verdict, ''].join('\n') };
}

async function withTimeout(check: HealthCheck['check'], ms: number): Promise<void> {
  const signal = AbortSignal.timeout(ms);
  await Promise.race([
    Promise.resolve().then(() => check(signal)),
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('timed out')), { once: true });
    }),
  ]);
}

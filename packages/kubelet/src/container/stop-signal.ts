/** `SIGRTMIN+3` of the API as the runtime's protocol names it, `SIGRTMINPLUS3` (KEP-4960); other names are the same. */
export function toRuntimeSignal(signal: string | undefined): string {
  return signal?.replace('+', 'PLUS').replace('-', 'MINUS') ?? 'RUNTIME_DEFAULT';
}

/** The other way round; undefined where the runtime says nothing. */
export function fromRuntimeSignal(signal: string): string | undefined {
  if (signal === '' || signal === 'RUNTIME_DEFAULT') return undefined;
  return signal.replace('PLUS', '+').replace('MINUS', '-');
}

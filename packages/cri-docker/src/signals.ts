import { constants } from 'node:os';

/** `SIGRTMINPLUS3` as Docker writes it, `SIGRTMIN+3`; other names are the same. */
export function toDockerSignal(name: string): string {
  return name.replace('PLUS', '+').replace('MINUS', '-');
}

/** The protocol's name of a stop signal from an image or a container (`SIGQUIT`, `QUIT`, `3`, ''). */
export function fromDockerSignal(signal: string): string {
  if (signal === '') return 'SIGTERM';
  if (/^\d+$/.test(signal)) {
    const found = Object.entries(constants.signals).find(([, number]) => number === Number(signal));
    return found?.[0] ?? 'RUNTIME_DEFAULT';
  }
  const name = signal
    .toUpperCase()
    .replace('+', 'PLUS')
    .replace(/-(?=\d)/, 'MINUS');
  return name.startsWith('SIG') ? name : `SIG${name}`;
}

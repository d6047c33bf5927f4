import { runCommand } from '@coxswain/foundation';

/** By which our addresses on `lo` are known. */
const LABEL = 'lo:kube-proxy';

interface Listed {
  readonly addr_info: readonly { readonly local?: string; readonly label?: string }[];
}

/** The addresses of Services that this program has given to `lo`. */
export async function ownAddresses(signal: AbortSignal): Promise<Set<string>> {
  const text = await runCommand('ip', ['-j', '-4', 'addr', 'show', 'dev', 'lo'], { signal });
  const listed = (text.trim() === '' ? [] : JSON.parse(text)) as Listed[];
  const ours = listed.flatMap(({ addr_info }) => addr_info).filter(({ label }) => label === LABEL);
  return new Set(ours.flatMap(({ local }) => (local === undefined ? [] : [local])));
}

/** Makes them these. @throws CommandError, for instance without the right to change interfaces */
export async function setOwnAddresses(wanted: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  const present = await ownAddresses(signal);
  const lines = [
    ...[...present].filter((ip) => !wanted.has(ip)).map((ip) => `addr del ${ip}/32 dev lo`),
    ...[...wanted].filter((ip) => !present.has(ip)).map((ip) => `addr replace ${ip}/32 dev lo label ${LABEL}`),
  ];
  if (lines.length > 0) await runCommand('ip', ['-force', '-batch', '-'], { input: `${lines.join('\n')}\n`, signal });
}

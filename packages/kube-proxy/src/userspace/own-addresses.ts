import { runCommand } from '@coxswain/foundation';

/** By which our addresses on `lo` are known: IPv4 ones have a label, those of IPv6 can't and have a metric of their own. */
const LABEL = 'lo:kube-proxy';
const METRIC = 6767;

interface Listed {
  readonly addr_info: readonly { readonly local?: string; readonly label?: string; readonly metric?: number }[];
}

/** The addresses of Services that this program has given to `lo`. */
export async function ownAddresses(signal: AbortSignal): Promise<Set<string>> {
  const text = await runCommand('ip', ['-j', 'addr', 'show', 'dev', 'lo'], { signal });
  const listed = (text.trim() === '' ? [] : JSON.parse(text)) as Listed[];
  const ours = listed
    .flatMap(({ addr_info }) => addr_info)
    .filter(({ label, metric }) => label === LABEL || metric === METRIC);
  return new Set(ours.flatMap(({ local }) => (local === undefined ? [] : [local])));
}

/** Makes them these. @throws CommandError, for instance without the right to change interfaces */
export async function setOwnAddresses(wanted: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  const present = await ownAddresses(signal);
  const lines = [
    ...[...present].filter((ip) => !wanted.has(ip)).map((ip) => `addr del ${whole(ip)} dev lo`),
    ...[...wanted].filter((ip) => !present.has(ip)).map((ip) => `addr replace ${whole(ip)} dev lo ${mark(ip)}`),
  ];
  if (lines.length > 0) await runCommand('ip', ['-force', '-batch', '-'], { input: `${lines.join('\n')}\n`, signal });
}

function whole(ip: string): string {
  return ip.includes(':') ? `${ip}/128` : `${ip}/32`;
}

function mark(ip: string): string {
  return ip.includes(':') ? `metric ${METRIC} nodad` : `label ${LABEL}`;
}

import { readFileSync } from 'node:fs';

const NAMES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'LINUX_IMMUTABLE',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_ADMIN',
  'NET_RAW',
  'IPC_LOCK',
  'IPC_OWNER',
  'SYS_MODULE',
  'SYS_RAWIO',
  'SYS_CHROOT',
  'SYS_PTRACE',
  'SYS_PACCT',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_NICE',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'MKNOD',
  'LEASE',
  'AUDIT_WRITE',
  'AUDIT_CONTROL',
  'SETFCAP',
  'MAC_OVERRIDE',
  'MAC_ADMIN',
  'SYSLOG',
  'WAKE_ALARM',
  'BLOCK_SUSPEND',
  'AUDIT_READ',
  'PERFMON',
  'BPF',
  'CHECKPOINT_RESTORE',
] as const;

/** The capabilities that this process has, without the `CAP_` prefix. */
export function ownCapabilities(statusFile = '/proc/self/status'): Set<string> {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync(statusFile, 'utf8'))?.[1] ?? '0';
  const bits = BigInt(`0x${mask}`);
  return new Set(NAMES.filter((_, bit) => (bits >> BigInt(bit)) & 1n));
}

/** Whether the kernel has a capability of this name, without `CAP_`. */
export function isCapability(name: string): boolean {
  return (NAMES as readonly string[]).includes(name);
}

/** Whether the machine grants everything that Docker's privileged mode asks for. */
export function canBePrivileged(own: ReadonlySet<string>): boolean {
  return own.has('SYS_RESOURCE') && own.has('SYS_ADMIN');
}

/** Docker 20.10 refuses a container that names these. */
const UNKNOWN_TO_OLD_ENGINES = new Set(['PERFMON', 'BPF', 'CHECKPOINT_RESTORE']);

/** Everything at hand that any engine knows, for where `ALL` would ask for more than the machine has. */
export function everythingAtHand(own: ReadonlySet<string>): string[] {
  return [...own].filter((name) => !UNKNOWN_TO_OLD_ENGINES.has(name));
}

/** The capabilities to ask Docker for: `ALL` becomes those at hand where not all are, and what nobody can grant goes. */
export function grantable(wanted: readonly string[], own: ReadonlySet<string>): { add: string[]; missing: string[] } {
  const names = wanted.map((name) => name.toUpperCase().replace(/^CAP_/, ''));
  if (names.includes('ALL')) return { add: canBePrivileged(own) ? ['ALL'] : everythingAtHand(own), missing: [] };
  return { add: names.filter((name) => own.has(name)), missing: names.filter((name) => !own.has(name)) };
}

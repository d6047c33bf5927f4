import { networkInterfaces } from 'node:os';

/** The wildcards and loopback. */
const UNREACHABLE = /^(|0\.0\.0\.0|::|::1|127\..*)$/;

/**
 * The address at which the cluster reaches this server: --advertise-address, else the bind address, else (when that is
 * the wildcard or loopback) the machine's first IPv4 address that is not loopback, else loopback.
 */
export function advertiseAddress(
  given: string | undefined,
  bindAddress: string,
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): string {
  if (given) return given;
  if (!UNREACHABLE.test(bindAddress)) return bindAddress;
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}

import { isIP } from 'node:net';

export interface UpstreamAddress {
  readonly host: string;
  readonly port: number;
}

/** The name servers of a resolv.conf, at most three as the C library has it; lines it can't read are passed over. */
export function parseResolvConf(text: string): UpstreamAddress[] {
  const servers: UpstreamAddress[] = [];
  for (const line of text.split('\n')) {
    const [word, address = ''] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (word === 'nameserver' && isIP(address.replace(/%.*/, ''))) servers.push({ host: address, port: 53 });
  }
  return servers.slice(0, 3);
}

/** `10.0.0.1`, `10.0.0.1:5353` or `[fd00::1]:53`; undefined when it is none of these. */
export function parseUpstream(text: string): UpstreamAddress | undefined {
  if (isIP(text)) return { host: text, port: 53 };
  const match = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  return isIP(host) && port > 0 && port < 65_536 ? { host, port } : undefined;
}

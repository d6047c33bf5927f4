import type { Family } from '../rule-set.ts';

/** One entry of connection tracking: where the client sends, and who answers. */
export interface Flow {
  readonly family: Family;
  readonly dst: string;
  readonly dport: number;
  readonly replySrc: string;
  readonly replyPort: number;
}

/** The flows in what `conntrack -L` writes; lines it does not know are left out. */
export function parseFlows(text: string, family: Family): Flow[] {
  return text.split('\n').flatMap((line) => {
    const value = (name: string) =>
      [...line.matchAll(new RegExp(` ${name}=(\\S+)`, 'g'))].map(([, found = '']) => found);
    const [, replySrc] = value('src');
    const [dst] = value('dst');
    const [dport] = value('dport');
    const [, replyPort] = value('sport');
    if (!dst || !replySrc || !dport || !replyPort) return [];
    return [{ family, dst, dport: Number(dport), replySrc, replyPort: Number(replyPort) }];
  });
}

/** As `conntrack` calls it. */
export function familyName(family: Family): 'ipv4' | 'ipv6' {
  return family === 'IPv4' ? 'ipv4' : 'ipv6';
}

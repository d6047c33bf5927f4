import { isIP, isIPv4 } from 'node:net';

/** An address as upstream's older fields take it: IPv4 numbers may have leading zeros; zones are not allowed. */
function parse(value: string): { family: 4 | 6; text: string } | undefined {
  const text = /^\d{1,10}(\.\d{1,10}){3}$/.test(value) ? value.split('.').map(Number).join('.') : value;
  const family = isIP(text);
  if (family === 0 || text.includes('%')) return undefined;
  return { family: family === 4 ? 4 : 6, text };
}

/** 4 or 6; 0 when it is no address. An IPv4 address mapped into IPv6 counts as 4, as it does for upstream. */
export function ipFamily(value: string): 0 | 4 | 6 {
  const address = parse(value);
  if (address === undefined) return 0;
  return isIPv4Mapped(address.text) ? 4 : address.family;
}

function isIPv4Mapped(text: string): boolean {
  return /^(::|(0{1,4}:){5})ffff:(\d+\.\d+\.\d+\.\d+|[0-9a-f]{1,4}:[0-9a-f]{1,4})$/i.test(text);
}

export function isValidIP(value: string): string[] {
  return parse(value) ? [] : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
}

export function isValidIPv4Address(value: string): string[] {
  return ipFamily(value) === 4 ? [] : ['must be a valid IPv4 address'];
}

export function isValidIPv6Address(value: string): string[] {
  return ipFamily(value) === 6 ? [] : ['must be a valid IPv6 address'];
}

/** An address and a prefix length: `10.9.8.0/24`. Bits below the prefix may be set. */
export function isValidCIDR(value: string): string[] {
  const slash = value.indexOf('/');
  const address = parse(value.slice(0, Math.max(slash, 0)));
  const length = value.slice(slash + 1);
  const max = address !== undefined && isIPv4(address.text) ? 32 : 128;
  if (address !== undefined && /^\d{1,3}$/.test(length) && Number(length) <= max) return [];
  return ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
}

/** Whether it is an IPv6 address that is not IPv4 in disguise. */
export function isIPv6(value: string): boolean {
  return ipFamily(value) === 6;
}

/** Addresses that mean this machine or this link: no service lives there. */
export function isNonSpecialIP(value: string): string[] {
  const text = parse(value)?.text.toLowerCase();
  if (text === undefined) return ['must be a valid IP address'];
  if (text === '0.0.0.0' || /^[0:]+$/.test(text)) return [`may not be unspecified (${value})`];
  if (/^127\./.test(text) || /^[0:]*:0*1$/.test(text))
    return ['may not be in the loopback range (127.0.0.0/8, ::1/128)'];
  if (/^169\.254\./.test(text) || /^fe[89ab][0-9a-f]:/.test(text))
    return ['may not be in the link-local range (169.254.0.0/16, fe80::/10)'];
  if (/^224\.0\.0\./.test(text) || /^ff02:/.test(text))
    return ['may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'];
  return [];
}

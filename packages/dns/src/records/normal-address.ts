import { isIPv4, isIPv6 } from 'node:net';

/** One spelling an address, so that it can be looked up: IPv6 in lower case with its zeros left out; else as given. */
export function normalAddress(address: string): string {
  if (!isIPv6(address)) return address;
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** The address that the labels of a name under in-addr.arpa or ip6.arpa spell; undefined when they spell none. */
export function addressOfReverseName(labels: readonly string[]): string | undefined {
  if (labels.at(-1) !== 'arpa') return undefined;
  const digits = labels.slice(0, -2).reverse();
  if (labels.at(-2) === 'in-addr') {
    const address = digits.join('.');
    return isIPv4(address) ? address : undefined;
  }
  if (labels.at(-2) !== 'ip6' || digits.length !== 32 || !digits.every((digit) => /^[0-9a-f]$/.test(digit)))
    return undefined;
  return normalAddress(digits.join('').replace(/(.{4})(?!$)/g, '$1:'));
}

/** The address that a pod's name spells: `10-244-0-3`, `fd00--12`; undefined when it spells none. */
export function addressOfPodName(label: string): string | undefined {
  const four = label.replaceAll('-', '.');
  if (isIPv4(four)) return four;
  const six = label.replaceAll('-', ':');
  return isIPv6(six) ? six : undefined;
}

/** The label of an endpoint without a host name: its address with dashes. */
export function dashedAddress(address: string): string {
  return address.replace(/[.:]/g, '-');
}

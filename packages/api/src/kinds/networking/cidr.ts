import { BlockList, isIPv4 } from 'node:net';

/** Whether every address of `inner` lies in `outer` and not the other way round; both are valid CIDRs. */
export function isStrictSubset(inner: string, outer: string): boolean {
  const [address = '', length = ''] = inner.split('/');
  const [net = '', outerLength = ''] = outer.split('/');
  const family = isIPv4(net) ? 'ipv4' : 'ipv6';
  if (isIPv4(address) !== isIPv4(net)) return false;
  const block = new BlockList();
  block.addSubnet(net, Number(outerLength), family);
  return Number(length) > Number(outerLength) && block.check(address, family);
}

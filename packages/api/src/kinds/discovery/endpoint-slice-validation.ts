import { type FieldError, fieldDuplicate, fieldInvalid, fieldTooMany } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isNonSpecialIP, isValidIPv4Address, isValidIPv6Address } from '../../machinery/ip.ts';
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from '../../machinery/names.ts';
import type { EndpointSlice } from './endpoint-slice.ts';

const MAX_ADDRESSES = 100;
const MAX_ENDPOINTS = 1000;
const MAX_PORTS = 20_000;

const ADDRESS_RULES: ReadonlyMap<string, (address: string) => string[]> = new Map(
  Object.entries({
    IPv4: isValidIPv4Address,
    IPv6: isValidIPv6Address,
    FQDN: isDns1123Subdomain,
  }),
);

export function validateEndpointSlice({ addressType, endpoints = [], ports = [] }: EndpointSlice): FieldError[] {
  const errors: FieldError[] = [];
  if (endpoints.length > MAX_ENDPOINTS) return [fieldTooMany(path('endpoints'), endpoints.length, MAX_ENDPOINTS)];
  if (ports.length > MAX_PORTS) return [fieldTooMany(path('ports'), ports.length, MAX_PORTS)];
  const rule = ADDRESS_RULES.get(addressType) ?? (() => []);
  endpoints.forEach(({ addresses = [], hostname, nodeName }, i) => {
    const item = path('endpoints').index(i);
    if (addresses.length > MAX_ADDRESSES)
      errors.push(fieldTooMany(item.child('addresses'), addresses.length, MAX_ADDRESSES));
    if (hostname !== undefined)
      errors.push(...isDns1123Label(hostname).map((m) => fieldInvalid(item.child('hostname'), hostname, m)));
    if (nodeName !== undefined)
      errors.push(...isDns1123Subdomain(nodeName).map((m) => fieldInvalid(item.child('nodeName'), nodeName, m)));
    addresses.forEach((address, j) => {
      const at = item.child('addresses').index(j);
      const malformed = rule(address);
      const special = addressType === 'IPv4' || addressType === 'IPv6' ? isNonSpecialIP(address) : [];
      errors.push(...(malformed.length > 0 ? malformed : special).map((message) => fieldInvalid(at, address, message)));
    });
  });
  const names = new Set<string>();
  ports.forEach(({ name = '', appProtocol }, i) => {
    const item = path('ports').index(i);
    if (name !== '') errors.push(...isDns1123Label(name).map((m) => fieldInvalid(item.child('name'), name, m)));
    if (names.has(name)) errors.push(fieldDuplicate(item.child('name'), name));
    names.add(name);
    if (appProtocol !== undefined)
      errors.push(...isQualifiedName(appProtocol).map((m) => fieldInvalid(item.child('appProtocol'), appProtocol, m)));
  });
  return errors;
}

import { type FieldError, fieldInvalid, fieldTooMany } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isValidIPv4Address, isValidIPv6Address } from '../../machinery/ip.ts';
import { isDns1123Subdomain } from '../../machinery/names.ts';
import type { EndpointSlice } from './endpoint-slice.ts';

const MAX_ENDPOINTS = 1000;
const MAX_PORTS = 20_000;

const ADDRESS_RULES: Readonly<Record<string, (address: string) => string[]>> = {
  IPv4: isValidIPv4Address,
  IPv6: isValidIPv6Address,
  FQDN: isDns1123Subdomain,
};

export function validateEndpointSlice({ addressType, endpoints = [], ports = [] }: EndpointSlice): FieldError[] {
  const errors: FieldError[] = [];
  if (endpoints.length > MAX_ENDPOINTS) return [fieldTooMany(path('endpoints'), endpoints.length, MAX_ENDPOINTS)];
  if (ports.length > MAX_PORTS) return [fieldTooMany(path('ports'), ports.length, MAX_PORTS)];
  const rule = ADDRESS_RULES[addressType];
  if (!rule) return errors;
  endpoints.forEach(({ addresses }, i) => {
    addresses?.forEach((address, j) => {
      const at = path('endpoints').index(i).child('addresses').index(j);
      errors.push(...rule(address).map((message) => fieldInvalid(at, address, message)));
    });
  });
  return errors;
}

import { type FieldError, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { isNonSpecialIP, isValidIP } from '../../machinery/ip.ts';
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from '../../machinery/names.ts';
import type { EndpointAddress, EndpointPort, Endpoints } from './endpoints.ts';

/** Subsets with addresses that a peer can reach, and ports told apart by name. */
export function validateEndpoints({ subsets = [] }: Endpoints): FieldError[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, i) => {
    const at = path('subsets').index(i);
    if (addresses.length + notReadyAddresses.length === 0)
      return [fieldRequired(at, 'must specify `addresses` or `notReadyAddresses`')];
    return [
      ...addresses.flatMap((address, j) => validateAddress(address, at.child('addresses').index(j))),
      ...notReadyAddresses.flatMap((address, j) => validateAddress(address, at.child('notReadyAddresses').index(j))),
      ...ports.flatMap((port, j) => validatePort(port, ports.length > 1, at.child('ports').index(j))),
    ];
  });
}

function validateAddress({ ip = '', hostname, nodeName }: EndpointAddress, at: FieldPath): FieldError[] {
  const malformed = isValidIP(ip);
  const problems = malformed.length > 0 ? malformed : isNonSpecialIP(ip);
  return [
    ...problems.map((m) => fieldInvalid(at.child('ip'), ip, m)),
    ...(hostname ? isDns1123Label(hostname).map((m) => fieldInvalid(at.child('hostname'), hostname, m)) : []),
    ...(nodeName === undefined
      ? []
      : isDns1123Subdomain(nodeName).map((m) => fieldInvalid(at.child('nodeName'), nodeName, m))),
  ];
}

function validatePort({ name, appProtocol }: EndpointPort, named: boolean, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (named && !name) errors.push(fieldRequired(at.child('name')));
  else if (name) errors.push(...isDns1123Label(name).map((m) => fieldInvalid(at.child('name'), name, m)));
  if (appProtocol !== undefined)
    errors.push(...isQualifiedName(appProtocol).map((m) => fieldInvalid(at.child('appProtocol'), appProtocol, m)));
  return errors;
}

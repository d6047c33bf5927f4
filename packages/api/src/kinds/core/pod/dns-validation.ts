import { type FieldError, fieldInvalid, fieldRequired } from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isValidIP } from '../../../machinery/ip.ts';
import { isDns1123Subdomain } from '../../../machinery/names.ts';
import type { PodSpec } from './pod-spec.ts';

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

/** The pod's own resolver settings, within what resolvers take. Search domains may hold underscores. */
export function validateDns({ dnsPolicy, dnsConfig }: PodSpec, at: FieldPath): FieldError[] {
  if (dnsPolicy === 'None') {
    if (!dnsConfig) return [fieldRequired(at, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (!dnsConfig.nameservers?.length)
      return [
        fieldRequired(at.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None'),
      ];
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  const errors: FieldError[] = [];
  if (nameservers.length > MAX_NAMESERVERS)
    errors.push(
      fieldInvalid(at.child('nameservers'), nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`),
    );
  nameservers.forEach((ip, i) => {
    errors.push(...isValidIP(ip).map((m) => fieldInvalid(at.child('nameservers').index(i), ip, m)));
  });
  if (searches.length > MAX_SEARCHES)
    errors.push(fieldInvalid(at.child('searches'), searches, `must not have more than ${MAX_SEARCHES} search paths`));
  if (searches.join(' ').length > MAX_SEARCH_CHARACTERS)
    errors.push(
      fieldInvalid(
        at.child('searches'),
        searches,
        `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`,
      ),
    );
  searches.forEach((search, i) => {
    if (search === '.') return;
    const name = search.replace(/\.$/, '');
    const problems = isDns1123Subdomain(name.replaceAll('_', 'x'));
    errors.push(...problems.map((m) => fieldInvalid(at.child('searches').index(i), name, m)));
  });
  options.forEach(({ name }, i) => {
    if (!name) errors.push(fieldRequired(at.child('options').index(i), 'must not be empty'));
  });
  return errors;
}

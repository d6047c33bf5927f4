import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipFamily, isValidCIDR, isValidIP, isValidIPv4Address, isValidIPv6Address } from './ip.ts';
import * as names from './names.ts';

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const dns1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const key =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const value =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

type Row = [(value: string) => string[], string, string[]];
const rows: Row[] = [
  [names.isDns1123Label, 'a', []],
  [names.isDns1123Label, '0-a', []],
  [names.isDns1123Label, 'a'.repeat(63), []],
  [names.isDns1123Label, 'a'.repeat(64), ['must be no more than 63 bytes']],
  [names.isDns1123Label, 'a.b', ['must not contain dots']],
  [names.isDns1123Label, 'A', [label]],
  [names.isDns1123Label, '', [label]],
  [names.isDns1123Label, 'a\n', [label]],
  [names.isDns1123Subdomain, 'a.b-c.d', []],
  [names.isDns1123Subdomain, 'a..b', [subdomain]],
  [names.isDns1123Subdomain, 'Web_1', [subdomain]],
  [names.isDns1123Subdomain, 'a.'.repeat(2_000_000), ['must be no more than 253 bytes']],
  [names.isDns1035Label, 'web-1', []],
  [names.isDns1035Label, '1web', [dns1035]],
  [names.isWildcardDns1123Subdomain, '*.example.com', []],
  [names.isQualifiedName, 'app', []],
  [names.isQualifiedName, 'app.kubernetes.io/name', []],
  [names.isQualifiedName, '/name', ['prefix part must be non-empty']],
  [names.isQualifiedName, 'A/name', [`prefix part ${subdomain}`]],
  [names.isQualifiedName, 'a/', ['name part must be non-empty', key]],
  [names.isQualifiedName, 'x'.repeat(64), ['name part must be no more than 63 bytes']],
  [names.isQualifiedName, '-x', [key]],
  [names.isLabelValue, '', []],
  [names.isLabelValue, 'a_b.C', []],
  [names.isLabelValue, 'a b', [value]],
  [names.isConfigMapKey, 'a.B_c-1', []],
  [names.isConfigMapKey, '..', ["must not be '..'"]],
  [names.isConfigMapKey, '..a', ["must not start with '..'"]],
  [names.isEnvVarName, '1 a:b', []],
  [
    names.isEnvVarName,
    'a=b',
    ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
  ],
  [names.isEnvVarName, '', ['environment variable name must be non-empty']],
  [names.isStrictEnvVarName, 'A.b-c', []],
  [names.isHttpHeaderName, 'X-A', []],
  [names.isPercent, '25%', []],
  [names.isPortName, 'http', []],
  [names.isPortName, '80', ['must contain at least one letter (a-z)']],
  [names.isPortName, 'a--b-', ['must not contain consecutive hyphens', 'must not begin or end with a hyphen']],
  [names.isPortName, 'abcdefghijklmnop', ['must be no more than 15 bytes']],
  [names.isPathSegmentName, 'any thing:0', []],
  [names.isPathSegmentName, '.', ["may not be '.'"]],
  [names.isPathSegmentName, 'a/%', ["may not contain '/'", "may not contain '%'"]],
  [isValidIP, '10.0.0.1', []],
  [isValidIP, '010.0.0.001', []],
  [isValidIP, '::1', []],
  [isValidIP, 'fe80::1%eth0', ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
  [isValidIP, '10.0.0.256', ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
  [isValidIPv4Address, '1.2.3.4', []],
  [isValidIPv4Address, '::ffff:1.2.3.4', []],
  [isValidIPv4Address, '::1', ['must be a valid IPv4 address']],
  [isValidIPv6Address, '1.2.3.4', ['must be a valid IPv6 address']],
  [isValidIPv6Address, '2001:db8::', []],
  [isValidCIDR, '10.0.0.0/8', []],
  [isValidCIDR, '2001:db8::/64', []],
  [isValidCIDR, '10.0.0.0/33', ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']],
  [isValidCIDR, '10.0.0.0', ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']],
];

test('names are judged in upstream words', () => {
  for (const [rule, input, expected] of rows) assert.deepEqual(rule(input), expected, input.slice(0, 80));
});

test('a key with two slashes is refused as a whole', () => {
  assert.match(
    names.isQualifiedName('a/b/c')[0] as string,
    /^a valid label key must consist of .*'example.com\/MyName'\)$/,
  );
});

test('numbers have ranges', () => {
  assert.deepEqual(names.isPortNumber(0), ['must be between 1 and 65535, inclusive']);
  assert.deepEqual(names.isPortNumber(65535), []);
});

test('an IPv4 address in IPv6 clothes is IPv4', () => {
  assert.deepEqual(
    ['1.2.3.4', '::ffff:1.2.3.4', '0:0:0:0:0:ffff:0102:0304', '::1', 'x'].map(ipFamily),
    [4, 4, 4, 6, 0],
  );
});

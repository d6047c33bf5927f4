/**
 * Rules for texts that name things. Each rule returns what is wrong in upstream's words; an empty list means valid.
 * Lengths are counted in bytes.
 */

/** Past this length a text is only told that it is too long: no pattern runs over hostile megabytes. */
const LONGEST_MATCHED = 16_384;

export function maxLengthMessage(length: number): string {
  return `must be no more than ${length} bytes`;
}

export function inclusiveRangeMessage(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

export function regexMessage(message: string, pattern: string, ...examples: string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${pattern}')`;
  return `${message} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}regex used for validation is '${pattern}')`;
}

interface Rule {
  max?: number;
  pattern: string;
  message: string;
  examples: string[];
}

function byteLength(value: string): number {
  return Buffer.byteLength(value);
}

function rule({ max, pattern, message, examples }: Rule): (value: string) => string[] {
  const matcher = new RegExp(`^(?:${pattern})$`);
  const mismatch = regexMessage(message, pattern, ...examples);
  return (value) => {
    const problems: string[] = [];
    if (max !== undefined && byteLength(value) > max) problems.push(maxLengthMessage(max));
    if (value.length > LONGEST_MATCHED && max !== undefined) return problems;
    if (!matcher.test(value)) problems.push(mismatch);
    return problems;
  };
}

const DNS_1123_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_1123_SUBDOMAIN = `${DNS_1123_LABEL}(\\.${DNS_1123_LABEL})*`;

/** An object name of most kinds: DNS labels joined by dots, at most 253 characters. */
export const isDns1123Subdomain = rule({
  max: 253,
  pattern: DNS_1123_SUBDOMAIN,
  message:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  examples: ['example.com'],
});

const plainDns1123Label = rule({
  max: 63,
  pattern: DNS_1123_LABEL,
  message:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  examples: ['my-name', '123-abc'],
});
const SUBDOMAIN = new RegExp(`^${DNS_1123_SUBDOMAIN}$`);

/** A name such as a namespace's or a container's, at most 63 characters. */
export function isDns1123Label(value: string): string[] {
  const problems = plainDns1123Label(value);
  const last = problems.at(-1);
  if (last === undefined || last === maxLengthMessage(63) || !SUBDOMAIN.test(value)) return problems;
  return [...problems.slice(0, -1), 'must not contain dots'];
}

/** A name such as a Service's, at most 63 characters. */
export const isDns1035Label = rule({
  max: 63,
  pattern: '[a-z]([-a-z0-9]*[a-z0-9])?',
  message:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  examples: ['my-name', 'abc-123'],
});

/** `*.example.com`, as an Ingress host may be. */
export const isWildcardDns1123Subdomain = rule({
  max: 253,
  pattern: `\\*\\.${DNS_1123_SUBDOMAIN}`,
  message:
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  examples: ['*.example.com'],
});

const LABEL_KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_KEY_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const labelKeyName = rule({
  pattern: LABEL_KEY,
  message: LABEL_KEY_MESSAGE,
  examples: ['MyName', 'my.name', '123-abc'],
});

/** A label key, resource name, finalizer …: `name` or `dns.subdomain/name`. */
export function isQualifiedName(value: string): string[] {
  const parts = value.split('/', 3);
  if (parts.length > 2) {
    const message = regexMessage(LABEL_KEY_MESSAGE, LABEL_KEY, 'MyName', 'my.name', '123-abc');
    return [`a valid label key ${message} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const problems: string[] = [];
  const name = parts.at(-1) as string;
  if (parts.length === 2) {
    const prefix = parts[0] as string;
    if (prefix === '') problems.push('prefix part must be non-empty');
    else problems.push(...isDns1123Subdomain(prefix).map((message) => `prefix part ${message}`));
  }
  if (name === '') problems.push('name part must be non-empty');
  else if (byteLength(name) > 63) problems.push(`name part ${maxLengthMessage(63)}`);
  if (name.length <= LONGEST_MATCHED) problems.push(...labelKeyName(name).map((message) => `name part ${message}`));
  return problems;
}

/** A label's value: at most 63 characters, may be empty. */
export const isLabelValue = rule({
  max: 63,
  pattern: `(${LABEL_KEY})?`,
  message:
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  examples: ['MyValue', 'my_value', '12345'],
});

export const isCIdentifier = rule({
  pattern: '[A-Za-z_][A-Za-z0-9_]*',
  message:
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  examples: ['my_name', 'MY_NAME', 'MyName'],
});

export const isHttpHeaderName = rule({
  pattern: '[-A-Za-z0-9]+',
  message: "a valid HTTP header must consist of alphanumeric characters or '-'",
  examples: ['X-Header-Name'],
});

export const isPercent = rule({
  pattern: '[0-9]+%',
  message: "a valid percent string must be a numeric string followed by an ending '%'",
  examples: ['1%', '93%'],
});

function climbsUp(value: string): string[] {
  if (value === '.' || value === '..') return [`must not be '${value}'`];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

const configMapKey = rule({
  max: 253,
  pattern: '[-._a-zA-Z0-9]+',
  message: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  examples: ['key.name', 'KEY_NAME', 'key-name'],
});

/** A key of a ConfigMap or Secret: also a file name. */
export function isConfigMapKey(value: string): string[] {
  return [...configMapKey(value), ...climbsUp(value)];
}

const strictEnvVarName = rule({
  pattern: '[-._a-zA-Z][-._a-zA-Z0-9]*',
  message:
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
  examples: ['my.env-name', 'MY_ENV.NAME', 'MyEnvName1'],
});

/** The rule before upstream's RelaxedEnvironmentVariableValidation. */
export function isStrictEnvVarName(value: string): string[] {
  return [...strictEnvVarName(value), ...climbsUp(value)];
}

/** Printable ASCII other than `=` (RelaxedEnvironmentVariableValidation, KEP-4369). */
export function isEnvVarName(value: string): string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  if (/^[ -<>-~]+$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** IANA_SVC_NAME: a port's name. */
export function isPortName(value: string): string[] {
  const problems: string[] = [];
  if (byteLength(value) > 15) problems.push(maxLengthMessage(15));
  if (!/^[-a-z0-9]+$/.test(value))
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) problems.push('must contain at least one letter (a-z)');
  if (value.includes('--')) problems.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

export function isInRange(value: number, low: number, high: number): string[] {
  return value >= low && value <= high ? [] : [inclusiveRangeMessage(low, high)];
}

export function isPortNumber(value: number): string[] {
  return isInRange(value, 1, 65535);
}

/** A name that can stand in a URL path and in etcd, the least that every kind's name must satisfy. */
export function isPathSegmentName(value: string): string[] {
  return value === '.' || value === '..' ? [`may not be '${value}'`] : isPathSegmentPrefix(value);
}

/** The same for a `generateName`, which another text will follow. */
export function isPathSegmentPrefix(value: string): string[] {
  return ['/', '%'].filter((illegal) => value.includes(illegal)).map((illegal) => `may not contain '${illegal}'`);
}

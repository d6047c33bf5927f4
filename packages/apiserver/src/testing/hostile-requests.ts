import { gzipSync } from 'node:zlib';

export interface HostileRequest {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly body?: string | Buffer | object;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code: number;
  readonly reason?: string;
  /** Of the Status, or of the body when it is none. */
  readonly message: RegExp;
  /** Of the Warning header. */
  readonly warning?: RegExp;
}

export const MAPS = '/api/v1/namespaces/default/configmaps';
export const PODS = '/api/v1/namespaces/default/pods';

const MERGE = 'application/merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const YAML = 'application/yaml';
const APPLY = 'application/apply-patch+yaml';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';

type Rest = Omit<HostileRequest, 'name' | 'method' | 'url' | 'body' | 'code' | 'reason' | 'message'>;
const row =
  (method: string, url: string) =>
  (
    name: string,
    body: HostileRequest['body'],
    code: number,
    reason: string,
    message: RegExp,
    rest: Rest = {},
  ): HostileRequest => ({
    name,
    method,
    url,
    ...(body === undefined ? {} : { body }),
    code,
    ...(reason === '' ? {} : { reason }),
    message,
    ...rest,
  });

const post = row('POST', MAPS);
const dry = row('POST', `${MAPS}?dryRun=All`);
const strict = row('POST', `${MAPS}?fieldValidation=Strict`);
const pod = row('POST', PODS);
const patch = row('PATCH', `${MAPS}/ok`);
const strictPatch = row('PATCH', `${MAPS}/ok?fieldValidation=Strict`);
const get = (name: string, url: string, code: number, reason: string, message: RegExp) =>
  row('GET', url)(name, undefined, code, reason, message);

const nested = (depth: number, open: string, inner: string, close: string) =>
  open.repeat(depth) + inner + close.repeat(depth);
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const podWith = (part: string) => `{"metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"i"}],${part}}}`;
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1')));

/** A list of lists of lists …, nine times nine times nine. */
function aliases(): string {
  const names = [...'abcdefgh'];
  const lists = names.map((name, i) => {
    const item = i === 0 ? 'x' : `*${names[i - 1]}`;
    return `${name}: &${name} [${Array(9).fill(item).join(',')}]`;
  });
  return `${lists.join('\n')}\n`;
}

/** A protobuf message in a message in a message. */
function nestedMessages(depth: number): Buffer {
  let message = Buffer.from([0x12, 0]);
  for (let i = 0; i < depth; i++) {
    const length: number[] = [];
    let rest = message.length;
    for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128);
    message = Buffer.concat([Buffer.from([0x12, ...length, rest]), message]);
  }
  return Buffer.concat([Buffer.from('k8s\0'), message]);
}

const duplicateYaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ok}\ndata:\n  a: "1"\n  a: "2"\n';

/** What no client should send, and what it gets. Needs a ConfigMap and a Pod `ok`. */
export const HOSTILE_REQUESTS: readonly HostileRequest[] = [
  post('deep lists', `{"data":${nested(100_000, '[', '', ']')}}`, 400, 'BadRequest', /exceeded max depth/),
  post('deep objects', nested(100_000, '{"a":', '1', '}'), 400, 'BadRequest', /exceeded max depth/),
  post('a deep unknown field', `{"f":${nested(100_000, '{"a":', '1', '}')}}`, 400, 'BadRequest', /exceeded max depth/),
  post('deep YAML', `a: ${nested(20_000, '[', '', ']')}`, 400, 'BadRequest', /exceeded max depth/, { type: YAML }),
  post(
    'deep YAML blocks',
    `a:\n${many(1700, (i) => `${' '.repeat(i + 1)}a:\n`).join('')}`,
    400,
    'BadRequest',
    /exceeded max depth|unknown|must be of type|Required/,
    { type: YAML },
  ),
  post('YAML that multiplies', aliases(), 400, 'BadRequest', /excessive aliasing/, { type: YAML }),
  pod('a number beyond all', podWith('"priority":1e400'), 400, 'BadRequest', /cannot unmarshal number .*type int32/),
  pod('a number beyond int32', podWith('"priority":2147483648'), 400, 'BadRequest', /2147483648 .*type int32/),
  pod(
    'a number beyond int64',
    podWith('"activeDeadlineSeconds":99999999999999999999'),
    400,
    'BadRequest',
    /cannot unmarshal number .*type int64/,
  ),
  pod(
    'a quantity with a huge exponent',
    podWith('"overhead":{"cpu":"1e99999999999"}'),
    400,
    'BadRequest',
    /unable to parse quantity's suffix/,
  ),
  pod(
    'a quantity of 500,000 digits',
    podWith(`"overhead":{"cpu":"${'9'.repeat(500_000)}"}`),
    400,
    'BadRequest',
    /quantities must/,
  ),
  strict(
    '__proto__ and constructor',
    '{"metadata":{"name":"x","__proto__":{"p":1}},"__proto__":{"p":1},"constructor":{"prototype":{"p":1}}}',
    400,
    'BadRequest',
    /unknown field "metadata.__proto__", unknown field "__proto__", unknown field "constructor"/,
  ),
  post(
    'a label __proto__',
    '{"metadata":{"name":"x","labels":{"__proto__":"a"}}}',
    422,
    'Invalid',
    /"__proto__": name part/,
  ),
  strictPatch(
    '__proto__ in a merge patch',
    '{"constructor":{"prototype":{"p":1}}}',
    422,
    'Invalid',
    /unknown field \\?"constructor/,
    {
      type: MERGE,
    },
  ),
  patch(
    '__proto__ in a JSON patch',
    '[{"op":"add","path":"/__proto__/p","value":1}]',
    422,
    'Invalid',
    /server rejected/,
    {
      type: JSON_PATCH,
    },
  ),
  strict(
    'duplicate keys',
    '{"metadata":{"name":"x"},"data":{"a":"1","a":"2"},"data":{}}',
    400,
    'BadRequest',
    /strict decoding error: duplicate field "data.a", duplicate field "data"$/,
  ),
  dry('duplicate keys that only warn', '{"metadata":{"name":"d"},"data":{"a":"1","a":"2"}}', 201, '', /"a":"2"/, {
    warning: /duplicate field \\"data\.a\\"/,
  }),
  strict(
    'duplicate keys in YAML',
    duplicateYaml,
    400,
    'BadRequest',
    /strict decoding error: yaml: unmarshal errors:\n {2}line 6: key "a" already set in map$/,
    { type: YAML },
  ),
  dry('duplicate keys in YAML that only warn', duplicateYaml.replace('ok', 'd'), 201, '', /"a":"2"/, {
    type: YAML,
    warning: /line 6: key \\"a\\" already set in map/,
  }),
  strictPatch(
    'duplicate keys in a patch',
    '{"data":{"a":"1","a":"2"}}',
    422,
    'Invalid',
    /duplicate field \\?"data\.a/,
    {
      type: MERGE,
    },
  ),
  row('PATCH', `${MAPS}/ok?fieldManager=m&force=true&fieldValidation=Strict`)(
    'duplicate keys in an applied configuration',
    duplicateYaml,
    400,
    'BadRequest',
    /error strict decoding YAML: .*\n {2}line 6: key "a" already set in map/,
    { type: APPLY },
  ),
  dry(
    'bytes that are no UTF-8 (read as U+FFFD, as Go does)',
    bytes('{"metadata":{"name":"d"},"data":{"a":"', [0xff, 0xfe], '"}}'),
    201,
    '',
    /"a":"\ufffd\ufffd"/,
  ),
  post(
    'a key that is no UTF-8',
    bytes('{"metadata":{"name":"x"},"data":{"', [0xff], '":"a"}}'),
    422,
    'Invalid',
    /valid config key/,
  ),
  post('a name with a NUL', '{"metadata":{"name":"x\\u0000"}}', 422, 'Invalid', /RFC 1123 subdomain/),
  post(
    'an annotation of 1 MB',
    { metadata: { name: 'x', annotations: { a: 'y'.repeat(1 << 20) } } },
    422,
    'Invalid',
    /metadata.annotations: Too long: may not be more than 262144 bytes/,
  ),
  post(
    '2 MB of data',
    { metadata: { name: 'x' }, data: { a: 'y'.repeat(2 << 20) } },
    422,
    'Invalid',
    /more than 1048576 bytes/,
  ),
  post(
    'a body of 4 MB',
    { metadata: { name: 'x' }, data: { a: 'y'.repeat(4 << 20) } },
    413,
    'RequestEntityTooLarge',
    /limit is 3145728/,
  ),
  pod(
    '10,000 containers',
    { metadata: { name: 'x' }, spec: { containers: many(10_000, () => ({ name: 'c' })) } },
    422,
    'Invalid',
    /spec.containers\[0\].image: Required value.*spec.containers\[9999\].name: Duplicate value: "c"/,
  ),
  post(
    '10,000 finalizers',
    { metadata: { name: 'x', finalizers: many(10_000, (i) => `Bad ${i}`) } },
    422,
    'Invalid',
    /metadata.finalizers: Invalid value: "Bad 0"/,
  ),
  strict(
    '10,000 unknown fields',
    Object.fromEntries(many(10_000, (i) => [`f${i}`, 1])),
    400,
    'BadRequest',
    /unknown field "f0", unknown field "f1"/,
  ),
  dry(
    '10,000 unknown fields that only warn',
    { metadata: { name: 'd' }, ...Object.fromEntries(many(10_000, (i) => [`f${i}`, 1])) },
    201,
    '',
    /"name":"d"/,
    { warning: /^.{1000,10000}$/s },
  ),
  post('an empty protobuf body', Buffer.alloc(0), 400, 'BadRequest', /expected prefix \[107 56 115 0\]/, {
    type: PROTOBUF,
  }),
  post('protobuf without its magic', bytes('hello'), 400, 'BadRequest', /expected prefix/, { type: PROTOBUF }),
  post('protobuf cut short', Buffer.from('6b3873000a0f0a027631120943', 'hex'), 400, 'BadRequest', /unexpected EOF/, {
    type: PROTOBUF,
  }),
  post(
    'garbage as protobuf',
    bytes(
      'k8s\0',
      many(200_000, () => 0xff),
    ),
    400,
    'BadRequest',
    /integer overflow/,
    {
      type: PROTOBUF,
    },
  ),
  post('deep protobuf', nestedMessages(5_000), 422, 'Invalid', /metadata.name: Required value/, { type: PROTOBUF }),
  post(
    'a gzip bomb',
    gzipSync(Buffer.alloc(64 << 20, 0x20)),
    415,
    'UnsupportedMediaType',
    /unknown encoding \(gzip\)/,
    {
      headers: { 'content-encoding': 'gzip' },
    },
  ),
  post('a form', 'a=b', 415, 'UnsupportedMediaType', /accepted media types include: application\/json/, {
    type: 'application/x-www-form-urlencoded',
  }),
  post('a number', '5', 400, 'BadRequest', /cannot unmarshal number/),
  post('a list', '[]', 400, 'BadRequest', /json parse error/),
  post('a list as metadata', '{"metadata":[]}', 400, 'BadRequest', /cannot unmarshal array .*ObjectMeta/),
  patch(
    '10,001 operations',
    JSON.stringify(many(10_001, () => ({ op: 'test', path: '/data/a', value: '1' }))),
    413,
    'RequestEntityTooLarge',
    /maximum operations in a JSON patch is 10000, got 10001/,
    { type: JSON_PATCH },
  ),
  patch(
    'a patch that copies itself',
    JSON.stringify([
      { op: 'add', path: '/x', value: ['y'.repeat(1000)] },
      ...many(60, () => ({ op: 'copy', from: '/x', path: '/x/-' })),
    ]),
    422,
    'Invalid',
    /server rejected/,
    { type: JSON_PATCH },
  ),
  patch('a JSON patch that is no list', '{"a":1}', 400, 'BadRequest', /cannot unmarshal object .*Patch/, {
    type: JSON_PATCH,
  }),
  patch('a deep merge patch', nested(50_000, '{"a":', '1', '}'), 400, 'BadRequest', /exceeded max depth/, {
    type: MERGE,
  }),
  row('PATCH', `${PODS}/ok`)(
    'a deep strategic patch',
    `{"spec":${nested(50_000, '{"a":', '1', '}')}}`,
    400,
    'BadRequest',
    /exceeded max depth/,
    { type: STRATEGIC },
  ),
  row('PATCH', `${PODS}/ok`)(
    'an unknown directive',
    '{"spec":{"$patch":"explode"}}',
    400,
    'BadRequest',
    /unknown patch type/,
    {
      type: STRATEGIC,
    },
  ),
  row('PATCH', `${MAPS}/ok?fieldManager=m`)(
    'a deep configuration',
    `a: ${'['.repeat(20_000)}`,
    400,
    'BadRequest',
    /exceeded max depth/,
    {
      type: APPLY,
    },
  ),
  row('DELETE', `${MAPS}/ok`)('options that are a list', '[]', 400, 'BadRequest', /json parse error|cannot unmarshal/),
  row('DELETE', `${MAPS}/ok`)(
    'a grace period that is a text',
    '{"gracePeriodSeconds":"x"}',
    400,
    'BadRequest',
    /cannot unmarshal string .*gracePeriodSeconds of type int64/,
  ),
  get('a selector of parentheses', `${MAPS}?labelSelector=${'('.repeat(3000)}`, 400, 'BadRequest', /found '\('/),
  get(
    'a label of 5,000 letters',
    `${MAPS}?labelSelector=${'a'.repeat(5000)}`,
    400,
    'BadRequest',
    /63 (bytes|characters)/,
  ),
  get(
    'a field selector of 2,000 terms',
    `${MAPS}?fieldSelector=${'a%3Db,'.repeat(2000)}`,
    400,
    'BadRequest',
    /not a known field/,
  ),
  get('a limit beyond int64', `${MAPS}?limit=99999999999999999999`, 400, 'BadRequest', /value out of range/),
  get(
    'a resourceVersion beyond all',
    `${MAPS}?resourceVersion=99999999999999999999`,
    422,
    'Invalid',
    /resourceVersion: Invalid value/,
  ),
  get(
    'a continue token of nothing',
    `${MAPS}?limit=1&continue=${'A'.repeat(5000)}`,
    400,
    'BadRequest',
    /continue key is not valid/,
  ),
  get('broken escapes', '/api/v1/namespaces/%zz/configmaps', 400, 'BadRequest', /not a valid url/),
  get('a path out of its folder', `${MAPS}/..%2f..%2fsecrets`, 404, 'NotFound', /not found/),
  get(
    'an address of 200,000 letters',
    `/api/v1/namespaces/${'n'.repeat(200_000)}/configmaps`,
    431,
    '',
    /Header Fields/,
  ),
];

import { failure, newUnsupportedMediaType, StatusError } from '@coxswain/api';

/** How objects of an answer look. */
export interface ResponseForm {
  readonly as: 'object' | 'table' | 'partial-metadata';
  readonly contentType: string;
  /** Not JSON but application/vnd.kubernetes.protobuf; never of tables. */
  readonly protobuf?: true;
}

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

const PLAIN: ResponseForm = { as: 'object', contentType: 'application/json' };
const ACCEPTED = ['application/json', 'application/yaml', PROTOBUF];
const cache = new Map<string, ResponseForm>();

/**
 * Of an Accept header the form that the client likes most and the server speaks. YAML is answered in its JSON subset.
 * @throws StatusError NotAcceptable
 */
export function negotiateResponse(accept: string | undefined): ResponseForm {
  if (accept === undefined || accept === '' || accept === 'application/json') return PLAIN;
  const known = cache.get(accept);
  if (known) return known;
  const form = negotiate(accept);
  if (cache.size < 100) cache.set(accept, form);
  return form;
}

function negotiate(accept: string): ResponseForm {
  for (const { mediaType, parameters } of inOrderOfPreference(accept)) {
    const contentType = CONTENT_TYPES[mediaType];
    if (contentType === undefined) continue;
    const form = contentType === PROTOBUF ? ({ contentType, protobuf: true } as const) : { contentType };
    const as = parameters.get('as');
    if (as === undefined) return { as: 'object', ...form };
    if (parameters.get('g') !== 'meta.k8s.io' || !['v1', 'v1beta1'].includes(parameters.get('v') ?? '')) continue;
    if (as === 'Table' && contentType !== PROTOBUF) return { as: 'table', contentType };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
      return { as: 'partial-metadata', ...form };
  }
  throw new StatusError(failure(406, 'NotAcceptable', '406: Not Acceptable', {}));
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  'application/json': 'application/json',
  'application/*': 'application/json',
  '*/*': 'application/json',
  'application/yaml': 'application/yaml',
  [PROTOBUF]: PROTOBUF,
};

/** By q, then by how exactly the type is named, then as written; q=0 is a refusal. */
function inOrderOfPreference(accept: string): { mediaType: string; parameters: Map<string, string> }[] {
  const clauses = accept.split(',').map(parseMediaType);
  const quality = ({ parameters }: (typeof clauses)[number]) => {
    const q = Number(parameters.get('q') ?? 1);
    return Number.isNaN(q) ? 1 : q;
  };
  const vagueness = ({ mediaType }: (typeof clauses)[number]) => mediaType.split('*').length;
  return clauses
    .filter((clause) => quality(clause) > 0)
    .sort((a, b) => quality(b) - quality(a) || vagueness(a) - vagueness(b));
}

/** Whether a client that sends this Accept header gets protobuf. Never throws. */
export function acceptsProtobuf(accept: string | undefined): boolean {
  if (!accept?.includes(PROTOBUF)) return false;
  try {
    return negotiateResponse(accept).protobuf === true;
  } catch {
    return false;
  }
}

export type BodyFormat = 'json' | 'yaml' | 'protobuf';

/** @throws StatusError UnsupportedMediaType */
export function negotiateBody(contentType: string | undefined): BodyFormat {
  if (contentType === undefined || contentType === 'application/json') return 'json';
  switch (parseMediaType(contentType).mediaType) {
    case '':
    case 'application/json':
      return 'json';
    case 'application/yaml':
    case 'application/x-yaml':
    case 'text/yaml':
      return 'yaml';
    case PROTOBUF:
      return 'protobuf';
    default:
      throw newUnsupportedMediaType(ACCEPTED);
  }
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** @throws StatusError UnsupportedMediaType */
export function negotiatePatch(contentType: string | undefined): PatchType {
  const type = PATCH_TYPES[parseMediaType(contentType ?? '').mediaType];
  if (type === undefined) throw newUnsupportedMediaType(Object.keys(PATCH_TYPES));
  return type;
}

export function parseMediaType(text: string): { mediaType: string; parameters: Map<string, string> } {
  const [mediaType = '', ...rest] = text.split(';');
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const at = parameter.indexOf('=');
    if (at > 0) parameters.set(parameter.slice(0, at).trim().toLowerCase(), parameter.slice(at + 1).trim());
  }
  return { mediaType: mediaType.trim().toLowerCase(), parameters };
}

/** A boolean query parameter by upstream's rule: there and neither `false` nor `0` is true. */
export function booleanParameter(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text !== '0' && text.toLowerCase() !== 'false';
}

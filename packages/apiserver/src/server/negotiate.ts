import { failure, newUnsupportedMediaType, StatusError } from '@coxswain/api';

/** How objects of an answer look. */
export interface ResponseForm {
  readonly as: 'object' | 'table' | 'partial-metadata';
  readonly contentType: string;
}

const PLAIN: ResponseForm = { as: 'object', contentType: 'application/json' };
const ACCEPTED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const cache = new Map<string, ResponseForm>();

/**
 * The first form of an Accept header that the server speaks. YAML is answered in its JSON subset.
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
  for (const clause of accept.split(',')) {
    const { mediaType, parameters } = parseMediaType(clause);
    if (!['application/json', 'application/yaml', 'application/*', '*/*'].includes(mediaType)) continue;
    const contentType = mediaType === 'application/yaml' ? 'application/yaml' : 'application/json';
    const as = parameters.get('as');
    if (as === undefined) return { as: 'object', contentType };
    if (parameters.get('g') !== 'meta.k8s.io' || !['v1', 'v1beta1'].includes(parameters.get('v') ?? '')) continue;
    if (as === 'Table') return { as: 'table', contentType };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
      return { as: 'partial-metadata', contentType };
  }
  throw new StatusError(failure(406, 'NotAcceptable', '406: Not Acceptable', {}));
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
    case 'application/vnd.kubernetes.protobuf':
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

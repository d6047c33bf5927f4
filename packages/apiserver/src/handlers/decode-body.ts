import {
  asStatusError,
  decodeObject,
  type FieldValidation,
  type Kind,
  type KubeObject,
  newBadRequest,
} from '@coxswain/api';
import { negotiateBody } from '../server/negotiate.ts';
import type { RequestContext } from '../server/request-context.ts';

/** The decode step: the body as an object of `kind`, its warnings noted. @throws StatusError BadRequest in upstream's words */
export function decodeBody(context: RequestContext, kind: Kind, fieldValidation: FieldValidation): KubeObject {
  const { body, headers, warnings } = context;
  const format = negotiateBody(headers['content-type']);
  try {
    const decoded = decodeObject(kind, body, format, fieldValidation);
    warnings.push(...decoded.warnings);
    return decoded.object;
  } catch (error) {
    const why = asStatusError(error)?.message ?? '';
    if (!UNRECOGNIZED.test(why)) throw error;
    const reason = why === 'empty body' ? EMPTY : why.replace('error converting YAML to JSON: ', '');
    throw newBadRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): ${reason} (${summary(body)})`,
    );
  }
}

const UNRECOGNIZED = /^(couldn't get version\/kind|empty body|error converting YAML)/;
const EMPTY = "couldn't get version/kind; json parse error: unexpected end of JSON input";
const SUMMARY_BYTES = 30;

/** The beginning of a body, as upstream quotes it: text when it looks like JSON, hexadecimal otherwise. */
function summary(body: Buffer): string {
  if (body.length === 0) return '<empty>';
  const head = body.subarray(0, SUMMARY_BYTES);
  const text = body[0] === 0x7b ? head.toString('utf8') : head.toString('hex');
  return body.length > SUMMARY_BYTES ? `${text} ...` : text;
}

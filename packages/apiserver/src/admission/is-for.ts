import type { AdmissionRequest } from './admission.ts';

/** Whether a write is about objects of a kind, in whatever version; subresources are others. */
export function isFor(
  { kind, subresource }: Pick<AdmissionRequest, 'kind' | 'subresource'>,
  wanted: { readonly group: string; readonly plural: string },
): boolean {
  return subresource === '' && kind.group === wanted.group && kind.plural === wanted.plural;
}

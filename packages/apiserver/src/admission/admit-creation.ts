import type { AdmissionChain, AdmissionRequest } from './admission.ts';

/** Both admit steps for what is posted and not stored itself: a review, or to a subresource. @throws StatusError */
export async function admitCreation(
  admission: AdmissionChain,
  place: Pick<AdmissionRequest, 'kind' | 'namespace' | 'name' | 'subresource'>,
  posted: Pick<AdmissionRequest, 'user' | 'object' | 'dryRun'>,
): Promise<void> {
  const request: AdmissionRequest = { ...place, ...posted, operation: 'CREATE', oldObject: undefined };
  await admission.mutate(request);
  await admission.validate(request);
}

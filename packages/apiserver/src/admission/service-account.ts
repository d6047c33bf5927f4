import type { AdmissionPlugin } from './admission.ts';
import { podCreationPlugin } from './pod-plugin.ts';

/** ServiceAccount: pods that name none run as `default`. Tokens are not mounted yet. */
export const serviceAccount: AdmissionPlugin = podCreationPlugin('ServiceAccount', ({ metadata, spec }) => {
  if (metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return;
  spec.serviceAccountName ||= spec.serviceAccount || 'default';
  spec.serviceAccount = spec.serviceAccountName;
});

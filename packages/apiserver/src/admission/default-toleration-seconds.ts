import type { AdmissionPlugin } from './admission.ts';
import { podCreationPlugin } from './pod-plugin.ts';

const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const SECONDS = 300;

/** DefaultTolerationSeconds: pods leave a node that is lost after five minutes unless they say otherwise. */
export const defaultTolerationSeconds: AdmissionPlugin = podCreationPlugin('DefaultTolerationSeconds', ({ spec }) => {
  const tolerations = spec.tolerations ?? [];
  for (const key of TAINTS) {
    const tolerated = tolerations.some(
      (toleration) =>
        (toleration.key === key || (toleration.key ?? '') === '') &&
        (toleration.effect === 'NoExecute' || (toleration.effect ?? '') === ''),
    );
    if (!tolerated) tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS });
  }
  spec.tolerations = tolerations;
});

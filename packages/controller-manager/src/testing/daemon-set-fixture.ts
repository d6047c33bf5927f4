import type { DaemonSet } from '@coxswain/api';
import { aTemplate } from './fixtures.ts';

/** A DaemonSet `agent` over `app=web`; `spec` replaces fields. */
export function aDaemonSet(spec: Partial<DaemonSet['spec']> = {}): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default', uid: 'agent-uid', generation: 1 },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: aTemplate('v1'),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      revisionHistoryLimit: 10,
      ...spec,
    },
  };
}

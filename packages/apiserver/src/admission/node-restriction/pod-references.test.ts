import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodSpec } from '@coxswain/api';
import { podReferences } from './pod-references.ts';

const container = (more: object) => ({ name: 'c', image: 'i', ...more });
const env = (valueFrom: object) => [{ name: 'E', valueFrom }];

const ROWS: readonly (readonly [spec: object, expected: readonly string[]])[] = [
  [{}, []],
  [
    {
      volumes: [
        { name: 'v', hostPath: { path: '/' } },
        { name: 'e', emptyDir: {} },
      ],
    },
    [],
  ],
  [{ serviceAccountName: 'a' }, ['a service account']],
  [{ imagePullSecrets: [{ name: 's' }] }, ['secrets']],
  [{ imagePullSecrets: [] }, []],
  [{ containers: [container({ envFrom: [{ secretRef: { name: 's' } }] })] }, ['secrets']],
  [{ initContainers: [container({ env: env({ secretKeyRef: { name: 's', key: 'k' } }) })] }, ['secrets']],
  [{ ephemeralContainers: [container({ envFrom: [{ configMapRef: { name: 'm' } }] })] }, ['configmaps']],
  [{ containers: [container({ env: env({ configMapKeyRef: { name: 'm', key: 'k' } }) })] }, ['configmaps']],
  [{ containers: [container({ env: env({ fieldRef: { fieldPath: 'metadata.name' } }) })] }, []],
  [{ volumes: [{ name: 'v', azureFile: { secretName: 's', shareName: 'x' } }] }, ['secrets']],
  [{ volumes: [{ name: 'v', rbd: { secretRef: { name: 's' } } }] }, ['secrets']],
  [{ volumes: [{ name: 'v', csi: { driver: 'd', nodePublishSecretRef: { name: 's' } } }] }, ['secrets']],
  [{ volumes: [{ name: 'v', csi: { driver: 'd' } }] }, []],
  [{ volumes: [{ name: 'v', configMap: { name: 'm' } }] }, ['configmaps']],
  [
    {
      volumes: [{ name: 'v', projected: { sources: [{ secret: {} }, { configMap: {} }, { clusterTrustBundle: {} }] } }],
    },
    ['secrets', 'configmaps', 'clustertrustbundles'],
  ],
  [{ volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }, ['persistentvolumeclaims']],
];

test('what a pod references', () => {
  for (const [spec, expected] of ROWS)
    assert.deepEqual(
      podReferences({ containers: [container({})], ...spec } as PodSpec),
      expected,
      JSON.stringify(spec),
    );
});

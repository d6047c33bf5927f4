import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodSpec } from '../kinds/core/pod/pod-spec.ts';
import { apiReference } from './api-reference.ts';

const container = (more: object) => ({ name: 'c', image: 'i', ...more });
const env = (valueFrom: object) => [{ name: 'E', valueFrom }];

const projected = (...sources: object[]) => ({ volumes: [{ name: 'v', projected: { sources } }] });

const ROWS: readonly (readonly [spec: object, expected: string | undefined])[] = [
  [{}, undefined],
  [
    {
      volumes: [
        { name: 'v', hostPath: { path: '/' } },
        { name: 'e', emptyDir: {} },
        { name: 'd', projected: { sources: [{ downwardAPI: {} }] } },
        { name: 'r', rbd: {} },
      ],
    },
    undefined,
  ],
  [{ serviceAccountName: 'a' }, 'serviceaccounts'],
  [{ imagePullSecrets: [{ name: 's' }] }, 'secrets'],
  [{ imagePullSecrets: [{}] }, undefined],
  [{ containers: [container({ envFrom: [{ secretRef: { name: 's' } }] })] }, 'secrets'],
  [{ initContainers: [container({ env: env({ secretKeyRef: { name: 's', key: 'k' } }) })] }, 'secrets'],
  [{ ephemeralContainers: [container({ envFrom: [{ configMapRef: { name: 'm' } }] })] }, 'configmaps'],
  [{ containers: [container({ env: env({ configMapKeyRef: { name: 'm', key: 'k' } }) })] }, 'configmaps'],
  [{ containers: [container({ env: env({ fieldRef: { fieldPath: 'metadata.name' } }) })] }, undefined],
  [{ resourceClaims: [{ name: 'c', resourceClaimName: 'c' }] }, 'resourceclaims'],
  [{ volumes: [{ name: 'v', azureFile: { secretName: 's', shareName: 'x' } }] }, 'secrets'],
  [{ volumes: [{ name: 'v', azureFile: { shareName: 'x' } }] }, 'secrets (via azureFile volumes)'],
  [{ volumes: [{ name: 'v', rbd: { secretRef: { name: 's' } } }] }, 'secrets'],
  [{ volumes: [{ name: 'v', csi: { driver: 'd', nodePublishSecretRef: { name: 's' } } }] }, 'secrets'],
  [{ volumes: [{ name: 'v', csi: { driver: 'd' } }] }, 'csidrivers (via CSI volumes)'],
  [{ volumes: [{ name: 'v', glusterfs: { endpoints: 'e' } }] }, 'endpoints (via glusterFS volumes)'],
  [{ volumes: [{ name: 'v', configMap: { name: 'm' } }] }, 'configmaps'],
  [{ volumes: [{ name: 'v', configMap: {} }] }, 'configmaps (via configmap volumes)'],
  [{ volumes: [{ name: 'v', secret: {} }] }, 'secrets (via secret volumes)'],
  [{ volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }, 'persistentvolumeclaims'],
  [{ volumes: [{ name: 'v', ephemeral: {} }] }, 'persistentvolumeclaims (via ephemeral volumes)'],
  [projected({ secret: { name: 's' } }), 'secrets'],
  [projected({ secret: {} }), 'secrets (via projected volumes)'],
  [projected({ configMap: {} }), 'configmaps (via projected volumes)'],
  [projected({ downwardAPI: {} }, { serviceAccountToken: {} }), 'serviceaccounts (via projected volumes)'],
  [projected({ clusterTrustBundle: {} }), 'clustertrustbundles'],
  [projected({ podCertificate: {} }), 'podcertificates'],
];

test('what a pod needs of the API', () => {
  for (const [spec, expected] of ROWS)
    assert.equal(
      apiReference({ spec: { containers: [container({})], ...spec } as unknown as PodSpec }),
      expected,
      JSON.stringify(spec),
    );
});

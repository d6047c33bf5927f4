import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { applyDefaults, applyMergePatch, decodeParsed, type KubeObject, validateObjectUpdate } from '../index.ts';
import { allKinds } from './all-kinds.ts';

interface Created {
  readonly given: { readonly kind: string; readonly apiVersion: string };
  readonly stored: KubeObject;
}

const created: readonly Created[] = JSON.parse(
  readFileSync(new URL('./testdata/created-kinds.json', import.meta.url), 'utf8'),
);

const STATEFUL_SET =
  "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const CLAIM =
  'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

/** A merge patch of the object in `created-kinds.json`, and what is said to it. */
const changes: readonly (readonly [kind: string, patch: object, problems: readonly string[]])[] = [
  ['DaemonSet', { spec: { minReadySeconds: 5 } }, []],
  [
    'DaemonSet',
    { spec: { selector: { matchLabels: { b: 'c' } }, template: { metadata: { labels: { b: 'c' } } } } },
    ['spec.selector: Invalid value: {"matchLabels":{"app":"ds","b":"c"}}: field is immutable'],
  ],
  ['StatefulSet', { spec: { replicas: 3 } }, []],
  ['StatefulSet', { spec: { serviceName: 'other' } }, [STATEFUL_SET]],
  ['ControllerRevision', { revision: 4 }, []],
  ['ControllerRevision', { data: { a: 2 } }, ['data: Invalid value: {"a":2}: field is immutable']],
  ['Job', { spec: { parallelism: 2 } }, []],
  ['Job', { spec: { completions: 2 } }, ['spec.completions: Invalid value: 2: field is immutable']],
  ['PersistentVolume', { spec: { persistentVolumeReclaimPolicy: 'Delete' } }, []],
  [
    'PersistentVolume',
    { spec: { hostPath: { path: '/other' } } },
    ['spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation'],
  ],
  ['PersistentVolumeClaim', { spec: { volumeName: 'pv1' } }, []],
  ['PersistentVolumeClaim', { spec: { storageClassName: 'x' } }, [CLAIM]],
  ['PersistentVolumeClaim', { spec: { resources: { requests: { storage: '2Gi' } } } }, [CLAIM]],
  [
    'ResourceQuota',
    { spec: { scopes: ['BestEffort'] } },
    ['spec.scopes: Invalid value: ["BestEffort"]: field is immutable'],
  ],
  [
    'IngressClass',
    { spec: { controller: 'x.io/y' } },
    ['spec.controller: Invalid value: "x.io/y": field is immutable'],
  ],
  [
    'ServiceCIDR',
    { spec: { cidrs: ['10.8.0.0/16'] } },
    ['spec.cidrs: Invalid value: ["10.8.0.0/16"]: field is immutable'],
  ],
  ['StorageClass', { allowVolumeExpansion: true }, []],
  [
    'StorageClass',
    { parameters: { a: 'c' }, reclaimPolicy: 'Retain' },
    [
      'parameters: Forbidden: updates to parameters are forbidden.',
      'reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.',
    ],
  ],
  ['CSIDriver', { spec: { attachRequired: true } }, ['spec.attachRequired: Invalid value: true: field is immutable']],
  ['PriorityClass', { value: 5 }, ['value: Forbidden: may not be changed in an update.']],
  ['RuntimeClass', { handler: 'kata' }, ['handler: Invalid value: "kata": field is immutable']],
  [
    'ClusterRoleBinding',
    { roleRef: { name: 'other' } },
    [
      'roleRef: Invalid value: {"kind":"ClusterRole","apiGroup":"rbac.authorization.k8s.io","name":"other"}: cannot change roleRef',
    ],
  ],
  [
    'CustomResourceDefinition',
    { spec: { group: 'y.io' }, metadata: {} },
    [
      'metadata.name: Invalid value: "foos.x.io": must be spec.names.plural+"."+spec.group',
      'spec.group: Invalid value: "y.io": field is immutable',
    ],
  ],
];

for (const [kindName, patch, problems] of changes)
  test(`${kindName} changed by ${JSON.stringify(patch)}`, () => {
    const found = created.find(({ given }) => given.kind === kindName);
    assert.ok(found, kindName);
    const kind = allKinds.find(({ apiVersion, kind }) => apiVersion === found.given.apiVersion && kind === kindName);
    assert.ok(kind, kindName);
    const { object } = decodeParsed(kind, applyMergePatch(found.stored as never, patch as never), 'Strict');
    applyDefaults(kind, object);
    kind.prepareForUpdate?.(object, found.stored);
    assert.deepEqual(validateObjectUpdate(kind, object, found.stored).map(String).sort(), [...problems].sort());
  });

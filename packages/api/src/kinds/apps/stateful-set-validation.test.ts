import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyDefaults, decodeParsed, validateObject } from '../../index.ts';
import { statefulSetKind } from './stateful-set.ts';

function refusals(volumeMount: string): string[] {
  const { object } = decodeParsed(
    statefulSetKind,
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'default' },
      spec: {
        selector: { matchLabels: { app: 'db' } },
        serviceName: 'db',
        template: {
          metadata: { labels: { app: 'db' } },
          spec: {
            containers: [{ name: 'db', image: 'db', volumeMounts: [{ name: volumeMount, mountPath: '/data' }] }],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      },
    },
    'Strict',
  );
  object.metadata.uid = '1';
  object.metadata.creationTimestamp = '2026-01-01T00:00:00Z';
  applyDefaults(statefulSetKind, object);
  return validateObject(statefulSetKind, object).map(String);
}

test('containers may mount the claims that a StatefulSet makes, and no others', () => {
  assert.deepEqual(refusals('data'), []);
  assert.deepEqual(refusals('other'), ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "other"']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applyDefaults,
  decodeObject,
  deploymentKind,
  podKind,
  StatusError,
  secretKind,
  serviceKind,
  validateObject,
  validateObjectUpdate,
} from '../index.ts';

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default', creationTimestamp: null },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        hostNetwork: false,
        containers: [
          {
            name: 'nginx',
            image: 'nginx:1.27',
            ports: [{ containerPort: 80 }],
            resources: { limits: { cpu: 0.5, memory: '1024Mi' } },
          },
        ],
      },
    },
  },
};

function body(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

test('a deployment is decoded, canonical, with its defaults', () => {
  const { object, warnings } = decodeObject(deploymentKind, body(deployment), 'json', 'Strict');
  assert.deepEqual(warnings, []);
  assert.equal(object.metadata.creationTimestamp, undefined);
  assert.equal(object.spec.replicas, 0, 'a zero behind a pointer stays');
  assert.equal(object.spec.template.spec.hostNetwork, undefined, 'a plain zero goes');
  assert.deepEqual(object.spec.template.spec.containers[0]?.resources?.limits, { cpu: '500m', memory: '1Gi' });
  applyDefaults(deploymentKind, object);
  assert.deepEqual(object.spec.strategy, {
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
  });
  assert.equal(object.spec.template.spec.containers[0]?.imagePullPolicy, 'IfNotPresent');
  assert.equal(object.spec.template.spec.containers[0]?.ports?.[0]?.protocol, 'TCP');
  assert.equal(object.spec.template.spec.terminationGracePeriodSeconds, 30);
  assert.deepEqual(validateObject(deploymentKind, object).map(String), []);
});

const rejected: [name: string, kind: typeof podKind | typeof deploymentKind, body: unknown, message: RegExp][] = [
  [
    'wrong type',
    deploymentKind,
    { ...deployment, spec: { ...deployment.spec, replicas: '3' } },
    /^Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec\.spec\.replicas of type int32$/,
  ],
  [
    'number out of range',
    deploymentKind,
    { ...deployment, spec: { ...deployment.spec, replicas: 3e10 } },
    /cannot unmarshal number 30000000000 into Go struct field DeploymentSpec\.spec\.replicas of type int32$/,
  ],
  [
    'unknown field',
    deploymentKind,
    { ...deployment, spec: { ...deployment.spec, replica: 3 } },
    /^Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec\.replica"$/,
  ],
  [
    'duplicate field',
    podKind,
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","name":"b"}}',
    /strict decoding error: duplicate field "metadata\.name"$/,
  ],
  [
    'other version',
    deploymentKind,
    { ...deployment, apiVersion: 'apps/v1beta1' },
    /^the API version in the data \(apps\/v1beta1\) does not match the expected API version \(apps\/v1\)$/,
  ],
  [
    'list for an object',
    podKind,
    { kind: 'Pod', apiVersion: 'v1', spec: [] },
    /json: cannot unmarshal array into Go struct field Pod\.spec of type v1\.PodSpec$/,
  ],
  ['cut off', podKind, '{"kind":"Pod",', /json parse error/],
];
for (const [name, kind, value, message] of rejected)
  test(`rejected: ${name}`, () => {
    assert.throws(
      () => decodeObject(kind as typeof podKind, body(value), 'json', 'Strict'),
      (error) => error instanceof StatusError && error.code === 400 && message.test(error.message),
    );
  });

test('unknown fields are warnings under Warn and silent under Ignore', () => {
  const value = body({ kind: 'Secret', apiVersion: 'v1', metadata: { name: 'a' }, dta: {}, __proto__: null });
  assert.deepEqual(decodeObject(secretKind, value, 'json', 'Warn').warnings, ['unknown field "dta"']);
  assert.deepEqual(decodeObject(secretKind, value, 'json', 'Ignore').warnings, []);
});

test('missing and immutable fields have upstream words', () => {
  const { object } = decodeObject(
    deploymentKind,
    body({
      metadata: { name: 'Web', namespace: 'default' },
      spec: { template: { metadata: { labels: { app: 'web' } } } },
    }),
    'json',
    'Strict',
  );
  applyDefaults(deploymentKind, object);
  const errors = validateObject(deploymentKind, object).map(String);
  assert.ok(
    errors.some((text) =>
      text.startsWith('metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain must consist of'),
    ),
    errors.join('\n'),
  );
  assert.ok(errors.includes('spec.selector: Required value'), errors.join('\n'));

  const old = decodeObject(deploymentKind, body(deployment), 'json', 'Strict').object;
  applyDefaults(deploymentKind, old);
  const next = structuredClone(old);
  next.spec.selector = { matchLabels: { app: 'other' } };
  next.spec.template.metadata = { name: '', labels: { app: 'other' } };
  const update = validateObjectUpdate(deploymentKind, next, old).map(String);
  assert.deepEqual(update, ['spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable']);
});

test('a service gets ports and policies by its type', () => {
  const { object } = decodeObject(
    serviceKind,
    body({ metadata: { name: 's', namespace: 'd' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } }),
    'json',
    'Strict',
  );
  applyDefaults(serviceKind, object);
  assert.deepEqual(object.spec.ports, [{ port: 80, protocol: 'TCP', targetPort: 80 }]);
  assert.equal(object.spec.externalTrafficPolicy, 'Cluster');
  assert.equal(object.spec.sessionAffinity, 'None');
});

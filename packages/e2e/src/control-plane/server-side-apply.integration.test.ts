import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { type Kubectl, KubectlRunner, oldestAndNewest } from '../harness/kubectl.ts';
import { ControlPlane } from './control-plane.ts';

const manifest = (replicas: number | undefined, image = 'nginx:1.27') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
${replicas === undefined ? '' : `  replicas: ${replicas}\n`}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "${image}", ports: [{containerPort: 80}]}
`;

interface Applied {
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager: string; readonly operation: string }[];
  };
  readonly spec: { readonly replicas: number };
}

suite('server-side apply by kubectl', () => {
  let controlPlane: ControlPlane;
  before(async () => {
    controlPlane = await ControlPlane.start();
  });
  after(() => controlPlane[Symbol.asyncDispose]());

  for (const kubectl of oldestAndNewest()) test(`kubectl ${kubectl.version}`, () => story(kubectl));

  /** Conflict, force, who owns what, removal, and the way over from client-side apply. */
  async function story(kubectl: Kubectl): Promise<void> {
    const runner = new KubectlRunner(controlPlane.kubeconfig, kubectl);
    const namespace = `ssa-${kubectl.version.replace('.', '-')}`;
    await runner.run(['create', 'namespace', namespace]);
    const serverSide = (input: string, ...flags: string[]) =>
      runner.try(['-n', namespace, 'apply', '--server-side', ...flags, '-f', '-'], { input });
    const stored = () => runner.json<Applied>(['-n', namespace, 'get', 'deployment', 'web', '--show-managed-fields']);
    const managers = async (operation: string) =>
      ((await stored()).metadata.managedFields ?? [])
        .filter((each) => each.operation === operation)
        .map(({ manager }) => manager);

    const made = await serverSide(manifest(2), '--field-manager=first');
    assert.equal(made.stdout, 'deployment.apps/web serverside-applied\n', made.stderr);
    const refused = await serverSide(manifest(0), '--field-manager=second');
    assert.match(refused.stderr, /Apply failed with 1 conflict: conflict with "first": \.spec\.replicas/);
    const forced = await serverSide(manifest(0), '--field-manager=second', '--force-conflicts');
    assert.equal(forced.code, 0, forced.stderr);
    assert.deepEqual((await managers('Apply')).sort(), ['first', 'second']);
    await serverSide(manifest(undefined), '--field-manager=second');
    assert.equal((await stored()).spec.replicas, 1, 'owned by nobody any more: the default');
    const hidden = await runner.json<Applied>(['-n', namespace, 'get', 'deployment', 'web']);
    assert.equal(hidden.metadata.managedFields, undefined);
    const diff = await runner.try(['-n', namespace, 'diff', '--server-side', '--field-manager=second', '-f', '-'], {
      input: manifest(3),
    });
    assert.match(diff.stdout, /^\+ {2}replicas: 3$/m, diff.stderr);
    await runner.run(['-n', namespace, 'delete', 'deployment', 'web']);

    await runner.apply(namespace, manifest(2));
    assert.ok((await managers('Update')).includes('kubectl-client-side-apply'));
    const another = await serverSide(manifest(0), '--field-manager=another');
    assert.match(another.stderr, /conflict with "kubectl-client-side-apply" using apps\/v1: \.spec\.replicas/);
    const migrated = await serverSide(manifest(0));
    assert.equal(migrated.code, 0, migrated.stderr);
    assert.ok(!(await managers('Update')).includes('kubectl-client-side-apply'));
    const { metadata, spec } = await stored();
    assert.equal(spec.replicas, 0);
    const lastApplied = metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '{}';
    assert.equal((JSON.parse(lastApplied) as Applied).spec.replicas, 0, 'kept in step for client-side apply');
    await runner.run(['-n', namespace, 'scale', 'deployment', 'web', '--replicas=1']);
    const scaled = await serverSide(manifest(0));
    assert.match(
      scaled.stderr,
      /conflict with "kubectl[^"]*" with subresource "scale" using apps\/v1: \.spec\.replicas/,
    );
    await runner.run(['delete', 'namespace', namespace]);
  }
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import {
  ApiException,
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  V1MicroTime,
  Watch,
} from '@kubernetes/client-node';
import { KubectlRunner } from '../harness/kubectl.ts';
import { run } from '../harness/run.ts';
import { ControlPlane } from './control-plane.ts';
import { askAsCoreDns } from './coredns.ts';

/** Debian's own; another python in PATH would not have Debian's packages. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = join(import.meta.dirname, 'testdata/python_client.py');
const SETTLED_MS = 30_000;

suite('client libraries', () => {
  let controlPlane: ControlPlane;
  const config = new KubeConfig();
  let core: CoreV1Api;
  before(async () => {
    controlPlane = await ControlPlane.start({ without: ['scheduler'], authorizationMode: 'Node,RBAC' });
    config.loadFromFile(controlPlane.kubeconfig);
    core = config.makeApiClient(CoreV1Api);
    for (const name of ['python', 'node']) await core.createNamespace({ body: { metadata: { name } } });
  });
  after(() => controlPlane[Symbol.asyncDispose]());

  test("Debian's python3-kubernetes", async () => {
    const { code, stdout, stderr } = await run(PYTHON, [SCRIPT, controlPlane.kubeconfig, 'python'], {
      timeoutMs: 120_000,
    });
    assert.equal(code, 0, `${stdout}${stderr}\n(needs the Debian package python3-kubernetes)`);
    assert.match(stdout, /dynamic_client ok\n$/);
  });

  test('what CoreDNS applies and asks', () => askAsCoreDns(new KubectlRunner(controlPlane.kubeconfig), config));

  suite('@kubernetes/client-node', () => {
    const namespace = 'node';

    test('an informer follows over a restart of the apiserver, losing and repeating nothing', async () => {
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const labelSelector = 'watched=yes';
      const list = () => core.listNamespacedConfigMap({ namespace, labelSelector });
      const informer = makeInformer(config, path, list, labelSelector);
      const told: string[] = [];
      for (const verb of ['add', 'update', 'delete'] as const)
        informer.on(verb, (object) => told.push(`${verb} ${object.metadata?.name} ${object.data?.['n'] ?? ''}`.trim()));
      const retry = () => void setTimeout(() => void informer.start().catch(retry), 200).unref();
      informer.on('error', retry);
      const labels = { watched: 'yes' };
      const create = (name: string) =>
        core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels } } });
      await create('early');
      await informer.start();
      try {
        await eventually(() => told.includes('add early'), { timeout: SETTLED_MS });
        await controlPlane.restartApiserver();
        await create('late');
        await eventually(() => told.includes('add late'), { timeout: SETTLED_MS });
        await core.deleteNamespacedConfigMap({ namespace, name: 'early' });
        await eventually(() => told.includes('delete early'), { timeout: SETTLED_MS });
        await core.deleteNamespacedConfigMap({ namespace, name: 'late' });
        await eventually(() => told.includes('delete late'), { timeout: SETTLED_MS });
        assert.deepEqual(
          told.filter((line) => !line.startsWith('update')),
          ['add early', 'add late', 'delete early', 'delete late'],
        );
        assert.deepEqual(informer.list(), []);
      } finally {
        await informer.stop();
      }
    });

    test('each type of patch', async () => {
      const apps = config.makeApiClient(AppsV1Api);
      const name = 'patched';
      await apps.createNamespacedDeployment({ namespace, body: deployment(name) });
      const patch = async (strategy: string, body: object) =>
        apps.patchNamespacedDeployment(
          {
            namespace,
            name,
            body,
            fieldManager: 'test',
            ...(strategy === PatchStrategy.ServerSideApply && { force: true }),
          },
          setHeaderOptions('Content-Type', strategy),
        );
      const image = '/spec/template/spec/containers/0/image';
      const json = await patch(PatchStrategy.JsonPatch, [{ op: 'replace', path: image, value: 'nginx:2' }]);
      assert.equal(json.spec?.template.spec?.containers[0]?.image, 'nginx:2');
      const merged = await patch(PatchStrategy.MergePatch, { metadata: { annotations: { a: 'b' } } });
      assert.equal(merged.metadata?.annotations?.['a'], 'b');
      const containers = [{ name: 'main', env: [{ name: 'A', value: 'B' }] }];
      const strategic = await patch(PatchStrategy.StrategicMergePatch, {
        spec: { template: { spec: { containers } } },
      });
      assert.equal(strategic.spec?.template.spec?.containers[0]?.image, 'nginx:2');
      assert.equal(strategic.spec?.template.spec?.containers[0]?.env?.[0]?.value, 'B');
      const applied = await patch(PatchStrategy.ServerSideApply, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, labels: { applied: 'yes' } },
      });
      assert.equal(applied.metadata?.labels?.['applied'], 'yes');
      assert.ok(applied.metadata?.managedFields?.some((each) => each.operation === 'Apply' && each.manager === 'test'));
      const scaled = await apps.patchNamespacedDeploymentScale(
        { namespace, name, body: { spec: { replicas: 1 } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
      assert.equal(scaled.spec?.replicas, 1);
    });

    test('errors are typed Statuses', async () => {
      await assert.rejects(core.readNamespacedPod({ namespace, name: 'absent' }), (error) => {
        assert.ok(error instanceof ApiException);
        assert.equal(error.code, 404);
        const status = JSON.parse(String(error.body)) as { kind: string; reason: string; message: string };
        assert.deepEqual(
          [status.kind, status.reason, status.message],
          ['Status', 'NotFound', 'pods "absent" not found'],
        );
        return true;
      });
      const body = { metadata: { name: 'twice' } };
      await core.createNamespacedServiceAccount({ namespace, body });
      await assert.rejects(core.createNamespacedServiceAccount({ namespace, body }), { code: 409 });
      const nameless = { metadata: { name: 'UPPER' } };
      await assert.rejects(core.createNamespacedConfigMap({ namespace, body: nameless }), { code: 422 });
    });

    test('of two who PUT a lease they both read, one wins', async () => {
      const leases = config.makeApiClient(CoordinationV1Api);
      const name = 'leader';
      const spec = { holderIdentity: '', leaseDurationSeconds: 15, renewTime: new V1MicroTime() };
      await leases.createNamespacedLease({ namespace, body: { metadata: { name }, spec } });
      const read = await leases.readNamespacedLease({ namespace, name });
      const claim = (holderIdentity: string) =>
        leases.replaceNamespacedLease({ namespace, name, body: { ...read, spec: { ...spec, holderIdentity } } });
      const results = await Promise.allSettled([claim('a'), claim('b')]);
      const won = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      const lost = results.flatMap((each) =>
        each.status === 'rejected' ? [each.reason as ApiException<unknown>] : [],
      );
      assert.equal(won.length, 1);
      assert.equal(lost[0]?.code, 409);
      const held = await leases.readNamespacedLease({ namespace, name });
      assert.equal(held.spec?.holderIdentity, won[0]?.spec?.holderIdentity);
    });

    test('a watch from a list on, with bookmarks', async () => {
      const { metadata } = await core.listNamespacedSecret({ namespace });
      const seen: string[] = [];
      const options = { resourceVersion: metadata?.resourceVersion, allowWatchBookmarks: true };
      const ended = Promise.withResolvers<unknown>();
      const abort = await new Watch(config).watch(
        `/api/v1/namespaces/${namespace}/secrets`,
        options,
        (type: string, object: KubernetesObject) =>
          void (type === 'BOOKMARK' || seen.push(`${type} ${object.metadata?.name}`)),
        ended.resolve,
      );
      const names = Array.from({ length: 20 }, (_, i) => `s${String(i).padStart(2, '0')}`);
      for (const name of names) await core.createNamespacedSecret({ namespace, body: { metadata: { name } } });
      await eventually(() => seen.length === names.length, { timeout: SETTLED_MS });
      assert.deepEqual(
        seen,
        names.map((name) => `ADDED ${name}`),
      );
      abort.abort();
      await ended.promise;
    });
  });
});

function deployment(name: string) {
  const labels = { app: name };
  return {
    metadata: { name, labels },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx:1' }] } },
    },
  };
}

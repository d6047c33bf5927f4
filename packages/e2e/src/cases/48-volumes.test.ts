import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { condition, containerStatus, Lab } from '../harness/lab.ts';
import { busybox, podManifest as pod, sleeper } from '../harness/manifests.ts';

const NAMESPACE = 'volumes';
/** On node-1. */
const FOLDER = '/var/lib/coxswain-e2e-48';

const OBJECTS = `
apiVersion: v1
kind: ConfigMap
metadata: { name: files }
data: { a: alpha, b: beta, "dotted.name": dots }
binaryData: { bytes: AAEC/w== }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: twins }
data: { a: "0", b: "0" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: fixed }
immutable: true
data: { a: same }
---
apiVersion: v1
kind: Secret
metadata: { name: secret }
stringData: { key: hush }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: e2e-48-host }
spec:
  capacity: { storage: 1Gi }
  accessModes: [ReadWriteOnce]
  storageClassName: e2e-48-host
  persistentVolumeReclaimPolicy: Retain
  hostPath: { path: ${FOLDER}/pv-host, type: DirectoryOrCreate }
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [node-1] }] }] } }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: e2e-48-local }
spec:
  capacity: { storage: 1Gi }
  accessModes: [ReadWriteOnce]
  storageClassName: e2e-48-local
  persistentVolumeReclaimPolicy: Retain
  local: { path: ${FOLDER}/pv-local }
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [node-1] }] }] } }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: e2e-48-scratch }
spec:
  capacity: { storage: 1Gi }
  accessModes: [ReadWriteOnce]
  storageClassName: e2e-48-scratch
  persistentVolumeReclaimPolicy: Retain
  hostPath: { path: ${FOLDER}/pv-scratch, type: DirectoryOrCreate }
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [node-1] }] }] } }
${['host', 'local']
  .map(
    (name) => `
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name} }
spec: { accessModes: [ReadWriteOnce], storageClassName: e2e-48-${name}, resources: { requests: { storage: 1Gi } } }
`,
  )
  .join('')}
`;

const claims = (name: string, script: string) =>
  pod(
    name,
    `
  nodeName: node-1
  securityContext: { fsGroup: 2000 }
  volumes: [{ name: h, persistentVolumeClaim: { claimName: host } }, { name: l, persistentVolumeClaim: { claimName: local } }]
  containers: [${busybox('main', `${script}; trap "exit 0" TERM; sleep 86400 & wait`, 'volumeMounts: [{ name: h, mountPath: /h }, { name: l, mountPath: /l }]')}]
`,
  );

const TYPES = {
  Directory: `${FOLDER}/dir`,
  DirectoryOrCreate: `${FOLDER}/made-dir`,
  File: `${FOLDER}/file`,
  FileOrCreate: `${FOLDER}/made-file`,
  Socket: '/var/run/docker.sock',
  CharDevice: '/dev/null',
  BlockDevice: `${FOLDER}/block`,
};
const hostPaths = (wrong: boolean) => {
  const entries = Object.entries(TYPES).filter(([type]) => !wrong || !type.endsWith('OrCreate'));
  const path = (type: string, right: string) =>
    wrong ? (type === 'Directory' ? `${FOLDER}/file` : `${FOLDER}/dir`) : right;
  const volumes = entries.map(
    ([type, right]) => `{ name: ${type.toLowerCase()}, hostPath: { path: ${path(type, right)}, type: ${type} } }`,
  );
  const mounts = entries.map(([type]) => `{ name: ${type.toLowerCase()}, mountPath: /in/${type} }`);
  return `
  nodeName: node-1
  volumes: [${volumes.join(', ')}]
  containers: [${sleeper('main', `volumeMounts: [${mounts.join(', ')}]`)}]
`;
};

const MANIFEST = [
  pod(
    'empty',
    `
  volumes: [{ name: disk, emptyDir: {} }, { name: memory, emptyDir: { medium: Memory, sizeLimit: 4Mi } }]
  containers:
    - ${sleeper('one', 'volumeMounts: [{ name: disk, mountPath: /d }, { name: memory, mountPath: /m }]')}
    - ${sleeper('two', 'volumeMounts: [{ name: disk, mountPath: /d }, { name: memory, mountPath: /m, readOnly: true }]')}
`,
  ),
  pod(
    'writes-much',
    `
  volumes: [{ name: disk, emptyDir: {} }, { name: memory, emptyDir: { medium: Memory, sizeLimit: 4Mi } }, { name: files, configMap: { name: files } }]
  containers:
    - ${busybox('main', 'mkdir /d/deep; for i in 1 2; do dd if=/dev/zero of=/d/deep/$i bs=1536K count=1; done; dd if=/dev/zero of=/m/x bs=1M count=1; seq 20000; touch /tmp/done; sleep 86400', 'readinessProbe: { exec: { command: [test, -f, /tmp/done] }, periodSeconds: 1 }, volumeMounts: [{ name: disk, mountPath: /d }, { name: memory, mountPath: /m }, { name: files, mountPath: /f }]')}
`,
  ),
  pod('host-paths', hostPaths(false)),
  pod('wrong-paths', hostPaths(true)),
  pod(
    'payloads',
    `
  volumes:
    - { name: whole, configMap: { name: files, defaultMode: 0440 } }
    - { name: some, configMap: { name: files, items: [{ key: a, path: deep/er/x, mode: 0400 }] } }
    - { name: none, configMap: { name: not-there, optional: true } }
    - { name: secret, secret: { secretName: secret, items: [{ key: key, path: k }] } }
    - name: downward
      downwardAPI:
        items:
          - { path: labels, fieldRef: { fieldPath: metadata.labels } }
          - { path: note, fieldRef: { fieldPath: "metadata.annotations['note']" } }
          - { path: cpu, resourceFieldRef: { containerName: main, resource: limits.cpu, divisor: 1m } }
    - name: all
      projected:
        defaultMode: 0644
        sources:
          - { configMap: { name: files, items: [{ key: b, path: from/config }] } }
          - { secret: { name: secret, items: [{ key: key, path: from/secret }] } }
          - { downwardAPI: { items: [{ path: name, fieldRef: { fieldPath: metadata.name } }] } }
          - { serviceAccountToken: { path: token, audience: e2e.example, expirationSeconds: 600 } }
  containers:
    - ${sleeper('main', 'resources: { limits: { cpu: 250m } }, volumeMounts: [{ name: whole, mountPath: /whole }, { name: some, mountPath: /some }, { name: none, mountPath: /none }, { name: secret, mountPath: /secret }, { name: downward, mountPath: /downward }, { name: all, mountPath: /all }]')}
`,
    'annotations: { note: first }',
  ),
  pod(
    'twins',
    `
  volumes: [{ name: c, configMap: { name: twins } }]
  containers:
    - ${busybox('main', 'n=0; while true; do d=$(readlink /c/..data); a=$(cat /c/$d/a 2>/dev/null) && b=$(cat /c/$d/b 2>/dev/null) && { [ "$a" = "$b" ] || echo "torn $a $b"; n=$((n+1)); echo $n > /tmp/r; mv /tmp/r /tmp/reads; }; sleep 0.02; done', 'volumeMounts: [{ name: c, mountPath: /c }, { name: c, mountPath: /pinned, subPath: a }]')}
`,
  ),
  pod(
    'waits-for-files',
    `volumes: [{ name: c, configMap: { name: later } }]\n  containers: [${sleeper('main', 'volumeMounts: [{ name: c, mountPath: /c }]')}]`,
  ),
  pod(
    'waits-for-key',
    `containers: [${sleeper('main', 'env: [{ name: K, valueFrom: { secretKeyRef: { name: later, key: k } } }]')}]`,
  ),
  pod(
    'parts',
    `
  volumes: [{ name: v, emptyDir: {} }, { name: c, configMap: { name: files } }]
  initContainers: [${busybox('fill', 'mkdir /v/ro; echo x > /v/ro/file', 'volumeMounts: [{ name: v, mountPath: /v }]')}]
  containers:
    - ${sleeper('main', `env: [{ name: WHO, valueFrom: { fieldRef: { fieldPath: metadata.name } } }], volumeMounts: [{ name: v, mountPath: /v }, { name: v, mountPath: /part, subPath: sub/part }, { name: v, mountPath: /mine, subPathExpr: "by/$(WHO)" }, { name: v, mountPath: /ro, subPath: ro, readOnly: true, recursiveReadOnly: IfPossible }, { name: c, mountPath: /etc/one, subPath: a }]`)}
    - ${sleeper('other', 'securityContext: { runAsUser: 1000 }, volumeMounts: [{ name: v, mountPath: /part, subPath: sub/part }]')}
`,
  ),
  pod(
    'deep',
    `
  nodeName: node-1
  volumes: [{ name: t, hostPath: { path: ${FOLDER}/tree } }, { name: fresh, hostPath: { path: ${FOLDER}/not/there } }]
  containers:
    - ${sleeper('main', 'volumeMounts: [{ name: fresh, mountPath: /new }, { name: t, mountPath: /plain, readOnly: true }, { name: t, mountPath: /whole, readOnly: true, recursiveReadOnly: Enabled }]')}
`,
  ),
  pod(
    'parent',
    `nodeName: node-1\n  volumes: [{ name: h, hostPath: { path: ${FOLDER}/shared, type: DirectoryOrCreate } }]\n  containers: [${sleeper('main', 'securityContext: { privileged: true }, volumeMounts: [{ name: h, mountPath: /h, mountPropagation: Bidirectional }]')}]`,
  ),
  pod(
    'children',
    `
  nodeName: node-1
  volumes: [{ name: h, hostPath: { path: ${FOLDER}/shared, type: DirectoryOrCreate } }]
  containers:
    - ${sleeper('follows', 'volumeMounts: [{ name: h, mountPath: /h, mountPropagation: HostToContainer }]')}
    - ${sleeper('private', 'volumeMounts: [{ name: h, mountPath: /h }]')}
`,
  ),
  claims('writer', 'echo kept > /h/data; echo kept > /l/data'),
  pod(
    'scratch',
    `
  nodeName: node-1
  volumes:
    - name: s
      ephemeral:
        volumeClaimTemplate:
          metadata: { labels: { made: for-scratch } }
          spec: { accessModes: [ReadWriteOnce], storageClassName: e2e-48-scratch, resources: { requests: { storage: 1Gi } } }
  containers: [${sleeper('main', 'volumeMounts: [{ name: s, mountPath: /s }]')}]
`,
  ),
].join('');

interface Use {
  readonly usedBytes: number;
  readonly capacityBytes: number;
  readonly inodesUsed: number;
  readonly pvcRef?: { readonly name: string; readonly namespace: string };
}
interface PodUse {
  readonly podRef: { readonly uid: string };
  readonly volume?: readonly (Use & { readonly name: string })[];
  readonly containers: readonly { readonly logs?: Use }[];
  readonly 'ephemeral-storage'?: Use;
}

/** What the pod's kubelet says of its volumes, by name, once `check` is content with it. */
async function volumesOf(name: string, check: (found: Record<string, Use>, pod: PodUse) => void) {
  const { spec, metadata } = await lab.pod(name);
  return eventually(
    async () => {
      const text = await lab.kubectl.run(['get', '--raw', `/api/v1/nodes/${spec.nodeName}/proxy/stats/summary`]);
      const { pods } = JSON.parse(text) as { pods: PodUse[] };
      const pod = pods.find(({ podRef }) => podRef.uid === metadata.uid) ?? assert.fail(`no stats of ${name}`);
      const found = Object.fromEntries((pod.volume ?? []).map((each) => [each.name, each]));
      check(found, pod);
      return found;
    },
    { timeout: 180_000, interval: 1000 },
  );
}

let lab: Lab;
const onNode = (script: string) => lab.cluster.inNode('node-1', ['sh', '-c', script]);
const forgetVolumes = () =>
  lab.kubectl.try([
    'delete',
    'pv',
    'e2e-48-host',
    'e2e-48-local',
    'e2e-48-scratch',
    '--ignore-not-found',
    '--wait=false',
  ]);
before(async () => {
  lab = await Lab.open(await ComposeCluster.up(2), NAMESPACE);
  await forgetVolumes();
  await onNode(
    `rm -rf ${FOLDER}; mkdir -p ${FOLDER}/dir ${FOLDER}/pv-local; echo text > ${FOLDER}/file; mknod ${FOLDER}/block b 7 200;
      mkdir -p ${FOLDER}/tree/inner; mount -t tmpfs -o nosuid none ${FOLDER}/tree/inner`,
  );
  await lab.apply(OBJECTS);
  await lab.apply(MANIFEST);
});
after(async () => {
  await lab.try(['delete', 'pods', '--all'], { timeoutMs: 90_000 });
  await onNode(`umount ${FOLDER}/shared/inner ${FOLDER}/tree/inner 2>/dev/null; rm -rf ${FOLDER}`);
  await lab.close();
  await forgetVolumes();
});

describe('volumes', { concurrency: true }, () => {
  test('emptyDir on disk and in memory, with a limit', async () => {
    await lab.untilReady('empty');
    await lab.sh('empty/one', 'echo shared | tee /d/x > /m/x');
    assert.equal(await lab.sh('empty/two', 'cat /d/x /m/x; stat -c %a /d /m'), 'shared\nshared\n777\n777');
    assert.match(await lab.sh('empty/one', 'grep " /m " /proc/mounts'), /^tmpfs \/m tmpfs .*size=4096k/);
    const full = await lab.trySh('empty/one', 'dd if=/dev/zero of=/m/big bs=1M count=5 2>&1; rm /m/big');
    assert.match(full.stdout, /No space left on device/);
    assert.match((await lab.trySh('empty/two', 'touch /m/y')).stderr, /Read-only file system/);
  });

  test('hostPath of every type, checked', async () => {
    await lab.untilReady('host-paths');
    const script = 'cd /in; for t in *; do stat -c "%n %F" $t; done; cat File; echo written > FileOrCreate';
    assert.deepEqual((await lab.sh('host-paths', script)).split('\n'), [
      'BlockDevice block special file',
      'CharDevice character special file',
      'Directory directory',
      'DirectoryOrCreate directory',
      'File regular file',
      'FileOrCreate regular empty file',
      'Socket socket',
      'text',
    ]);
    assert.equal((await onNode(`cat ${FOLDER}/made-file; stat -c %a ${FOLDER}/made-dir`)).trim(), 'written\n755');
    for (const [type, what] of [
      ['Directory', `${FOLDER}/file is not a directory`],
      ['File', `${FOLDER}/dir is not a file`],
      ['Socket', `${FOLDER}/dir is not a socket file`],
      ['CharDevice', `${FOLDER}/dir is not a character device`],
      ['BlockDevice', `${FOLDER}/dir is not a block device`],
    ] as const)
      await lab.untilEvent(
        'wrong-paths',
        new RegExp(
          `^FailedMount MountVolume.SetUp failed for volume "${type.toLowerCase()}" : hostPath type check failed: ${what}$`,
        ),
      );
    assert.equal((await lab.pod('wrong-paths')).status?.phase, 'Pending');
  });

  test('a hostPath of no type is made where nothing is', async () => {
    await lab.untilReady('deep');
    await lab.sh('deep', 'echo made > /new/f');
    assert.equal((await onNode(`cat ${FOLDER}/not/there/f; stat -c %a ${FOLDER}/not/there`)).trim(), 'made\n755');
  });

  test('configMap, secret, downwardAPI and projected: names, modes, items, tmpfs', async () => {
    await lab.untilReady('payloads');
    const script = `cd /whole; cat a dotted.name; od -An -tx1 bytes; stat -L -c %a a
      cat /some/deep/er/x; stat -c %a /some/..data/deep/er/x; ls -A /none | grep -v '^\\.\\.' | wc -l
      cat /secret/k; grep -c "^tmpfs /secret " /proc/mounts
      cat /downward/labels; cat /downward/note; cat /downward/cpu
      cat /all/from/config /all/from/secret /all/name`;
    const text = (await lab.sh('payloads', script)).replaceAll(/\s+/g, ' ');
    assert.equal(text, 'alphadots 00 01 02 ff 440 alpha400 0 hush1 app="payloads"first250betahushpayloads');
    assert.match(await lab.sh('payloads', 'ls -la /whole'), /a -> \.\.data\/a\n/);
    await lab.run('label', 'pod', 'payloads', 'more=yes');
    await lab.run('annotate', '--overwrite', 'pod', 'payloads', 'note=second');
    await eventually(
      async () =>
        assert.equal(
          await lab.sh('payloads', 'cat /downward/labels; cat /downward/note'),
          'app="payloads"\nmore="yes"second',
        ),
      { timeout: 90_000, interval: 1000 },
    );
  });

  test('a service-account token for its audience, that the API knows', async () => {
    const [ready] = await lab.untilReady('payloads');
    const token = await lab.sh('payloads', 'cat /all/token');
    const review = async (audiences: string[]) => {
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token, audiences } };
      const { stdout } = await lab.kubectl.try(['create', '-o', 'json', '-f', '-'], { input: JSON.stringify(body) });
      return (
        JSON.parse(stdout) as { status: { authenticated?: boolean; user?: { username: string; extra?: object } } }
      ).status;
    };
    const { authenticated, user } = await review(['e2e.example']);
    assert.deepEqual([authenticated, user?.username], [true, `system:serviceaccount:${NAMESPACE}:default`]);
    assert.match(
      JSON.stringify(user?.extra),
      new RegExp(`"authentication.kubernetes.io/pod-uid":\\["${ready?.metadata.uid}"\\]`),
    );
    assert.notEqual((await review(['other.example'])).authenticated, true);
  });

  test('changes reach the files whole, all at once, but no subPath; immutable ones never change', async () => {
    await lab.untilReady('twins');
    for (const value of ['1', '2', '3']) {
      await lab.run(
        'patch',
        'configmap',
        'twins',
        '--type=merge',
        '-p',
        JSON.stringify({ data: { a: value, b: value } }),
      );
      await eventually(async () => assert.equal(await lab.sh('twins', 'cat /c/a /c/b'), value + value), {
        timeout: 90_000,
        interval: 500,
      });
    }
    assert.equal(await lab.logs('twins'), '', 'nothing torn');
    assert.ok(Number(await lab.sh('twins', 'cat /tmp/reads')) > 10);
    assert.equal(await lab.sh('twins', 'cat /pinned'), '0');
    const refused = await lab.try(['patch', 'configmap', 'fixed', '--type=merge', '-p', '{"data":{"a":"other"}}']);
    assert.match(refused.stderr, /field is immutable when `immutable` is set/);
  });

  test('a missing reference keeps the pod waiting, with the event that says so, until it comes', async () => {
    await lab.untilEvent(
      'waits-for-files',
      /^FailedMount MountVolume\.SetUp failed for volume "c" : configmap "later" not found$/,
    );
    const waiting = await lab.until('waits-for-key', (seen) =>
      assert.equal(containerStatus(seen, 'main').state?.waiting?.reason, 'CreateContainerConfigError'),
    );
    assert.equal(containerStatus(waiting, 'main').state?.waiting?.message, 'secret "later" not found');
    await lab.untilEvent('waits-for-key', /^Failed Error: secret "later" not found$/);
    await lab.run('create', 'configmap', 'later', '--from-literal=k=came');
    await lab.run('create', 'secret', 'generic', 'later', '--from-literal=k=came');
    await lab.untilReady('waits-for-files', 'waits-for-key');
    assert.equal(await lab.sh('waits-for-files', 'cat /c/k'), 'came');
    assert.equal(await lab.sh('waits-for-key', 'echo $K'), 'came');
  });

  test('subPath, subPathExpr, readOnly', async () => {
    await lab.untilReady('parts');
    assert.equal(
      await lab.sh('parts/main', 'echo p > /part/f; echo m > /mine/f; cat /v/sub/part/f /v/by/parts/f /etc/one'),
      'p\nm\nalpha',
    );
    assert.equal(await lab.sh('parts/other', 'cat /part/f; touch /part/mine && ls /part'), 'p\nf\nmine');
    assert.equal(await lab.sh('parts/main', 'cat /ro/file'), 'x');
    assert.match((await lab.trySh('parts/main', 'echo y > /ro/file')).stderr, /Read-only file system/);
  });

  test('a mount is read-only throughout where asked', async () => {
    await lab.untilReady('deep');
    assert.match((await lab.trySh('deep', 'echo x > /plain/f')).stderr, /Read-only file system/);
    await lab.sh('deep', 'echo x > /plain/inner/f');
    assert.equal(await lab.sh('deep', 'cat /whole/inner/f'), 'x');
    assert.match((await lab.trySh('deep', 'echo y > /whole/inner/f')).stderr, /Read-only file system/);
    assert.match(await lab.sh('deep', 'grep " /whole/inner " /proc/mounts'), / ro,nosuid/);
    const left = await onNode(`echo y > ${FOLDER}/tree/inner/f; grep -c cri-docker/read-only /proc/mounts || true`);
    assert.equal(left.trim(), '0', 'the copy that it was made with is gone, and the original as it was');
    const { volumeMounts } = containerStatus(await lab.pod('deep'), 'main');
    const told = volumeMounts?.map((each) => [each.mountPath, each.readOnly, each.recursiveReadOnly]);
    assert.deepEqual(told?.slice(0, 3), [
      ['/new', undefined, undefined],
      ['/plain', true, 'Disabled'],
      ['/whole', true, 'Enabled'],
    ]);
    const features = await lab.run('get', 'node', 'node-1', '-o', 'jsonpath={.status.runtimeHandlers[0].features}');
    assert.match(features, /"recursiveReadOnlyMounts":true/);
  });

  test('mounts propagate where asked', async () => {
    await lab.untilReady('parent', 'children');
    await lab.sh('parent', 'mkdir -p /h/inner && mount -t tmpfs none /h/inner && echo inside > /h/inner/f');
    assert.equal(await lab.sh('children/follows', 'cat /h/inner/f'), 'inside');
    assert.equal(await lab.sh('children/private', 'ls /h/inner'), '');
    assert.equal((await onNode(`cat ${FOLDER}/shared/inner/f`)).trim(), 'inside');
    await lab.sh('parent', 'umount /h/inner');
  });

  test('claims on hostPath and local volumes keep the data from pod to pod', async () => {
    await lab.untilReady('writer');
    assert.equal(
      (await onNode(`cat ${FOLDER}/pv-host/data ${FOLDER}/pv-local/data; stat -c %g ${FOLDER}/pv-local`)).trim(),
      'kept\nkept\n2000',
    );
    await lab.run('delete', 'pod', 'writer');
    await lab.apply(claims('reader', 'true'));
    await lab.untilReady('reader');
    assert.equal(await lab.sh('reader', 'cat /h/data /l/data'), 'kept\nkept');
    const of = await volumesOf('reader', (found) => assert.equal(found['l']?.pvcRef?.name, 'local'));
    assert.equal(of['l']?.pvcRef?.namespace, NAMESPACE);
    assert.ok(!('h' in of), 'nobody measures a hostPath');
    const metrics = await lab.kubectl.run(['get', '--raw', '/api/v1/nodes/node-1/proxy/metrics']);
    assert.match(
      metrics,
      /^kubelet_volume_stats_capacity_bytes\{namespace="volumes",persistentvolumeclaim="local"\} [1-9]/m,
    );
  });

  test('the kubelet tells what volumes and logs hold', async () => {
    await lab.untilReady('writes-much');
    const of = await volumesOf('writes-much', (found, { containers: [main], 'ephemeral-storage': local }) => {
      assert.ok((found['disk']?.usedBytes ?? 0) >= 3 * 2 ** 20);
      assert.ok((found['memory']?.usedBytes ?? 0) >= 2 ** 20);
      assert.ok(found['files']);
      assert.ok((main?.logs?.usedBytes ?? 0) > 100_000, JSON.stringify(main?.logs));
      assert.ok((local?.usedBytes ?? 0) >= 3 * 2 ** 20 + 100_000);
    });
    assert.equal(of['disk']?.inodesUsed, 4);
    assert.equal(of['memory']?.capacityBytes, 4 * 2 ** 20);
    assert.ok((of['files']?.inodesUsed ?? 0) > 3);
  });

  test('a generic ephemeral volume comes and goes with its pod', async () => {
    await lab.untilReady('scratch');
    await lab.sh('scratch', 'echo s > /s/f');
    assert.equal((await onNode(`cat ${FOLDER}/pv-scratch/f`)).trim(), 's');
    const claim = await lab.run(
      'get',
      'pvc',
      'scratch-s',
      '-o',
      'jsonpath={.metadata.ownerReferences[0].name} {.metadata.labels.made} {.status.phase}',
    );
    assert.equal(claim, 'scratch for-scratch Bound');
    await lab.run('delete', 'pod', 'scratch');
    await eventually(async () => assert.match((await lab.try(['get', 'pvc', 'scratch-s'])).stderr, /not found/), {
      timeout: 60_000,
      interval: 500,
    });
  });

  test('a pod whose volume is not there yet is not ready to start', async () => {
    const waiting = await lab.pod('wrong-paths');
    assert.equal(condition(waiting, 'PodReadyToStartContainers') ?? 'False', 'False');
  });
});

// Alone, since the node's kubelet is away for a moment.
test('a restarted kubelet renews the tokens of running pods', async () => {
  const token = await lab.sh('payloads', 'cat /all/token');
  const node = (await lab.pod('payloads')).spec.nodeName ?? '';
  await lab.cluster.killProgram(node, 'kubelet');
  await eventually(async () => assert.notEqual(await lab.sh('payloads', 'cat /all/token'), token), {
    timeout: 90_000,
    interval: 1000,
  });
});

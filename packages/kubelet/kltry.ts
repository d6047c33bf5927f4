import { execFileSync } from 'node:child_process';
import { readFileSync, existsSync, mkdirSync, writeFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { podKind, nodeKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { createCriClient } from '@coxswain/cri';
import { createLogger, silentLogger, systemClock } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { runCriDocker } from '../cri-docker/src/run-cri-docker.ts';
import { startDockerd } from '../cri-docker/src/testing/dockerd.ts';
import { createCgroupManager } from './src/cgroups/cgroup-manager.ts';
import { Kubelet } from './src/kubelet.ts';
import { DEFAULT_OPTIONS } from './src/kubelet-options.ts';
import { readMachineInfo } from './src/node/machine-info.ts';
import { buildContainer, buildPod } from './src/testing/build-pod.ts';
import { systemMounter } from './src/volumes/mounter.ts';

const dockerd = await startDockerd();
const { dir, host } = dockerd;
const stop = new AbortController();
const listen = `unix://${dir}/cri.sock`;
const cri_ = runCriDocker({ listen, dockerHost: host, cniBinDir: '/usr/lib/cni', cniConfDir: join(dir, 'net.d'), podInfraContainerImage: 'coxswain/pause:1', streamingBindAddr: '127.0.0.1:0', rootDir: join(dir, 'root'), log: silentLogger() }, stop.signal);
const cri = createCriClient(listen);
await eventually(() => cri.version({}).then(() => true));
const api = new FakeApiClient();
const log = createLogger({ component: 'k', level: 'warn' });
const cgroups = await createCgroupManager({ log, mountpoint: '/sys/fs/cgroup', root: '/kltry', allocatable: { milliCpu: 2000, memory: 4 * 2 ** 30 } });
const options = { ...DEFAULT_OPTIONS, kubeconfig: '', containerRuntimeEndpoint: listen, rootDir: join(dir, 'kubelet'), podLogsDir: join(dir, 'pods'), containerLogsDir: join(dir, 'containers'), cgroupRoot: '/kltry', containerLogMaxSize: '2Ki', containerLogMonitorInterval: 1000, containerLogMaxFiles: 3, staticPodPath: join(dir, 'manifests') };
for (const p of [options.rootDir, options.podLogsDir, options.containerLogsDir, options.staticPodPath]) mkdirSync(p, { recursive: true });
writeFileSync(join(options.staticPodPath, 's.yaml'), 'apiVersion: v1\nkind: Pod\nmetadata: {name: stat}\nspec:\n  hostNetwork: true\n  containers: [{name: c, image: "busybox:test", command: [sleep, "1000"]}]\n');
const events: string[] = [];
const say = (...a: unknown[]) => console.log(...a);
const note = (r: string, m: string) => { events.push(`${r} ${m}`); };
const kubelet = new Kubelet({ options, nodeName: 'node-1', nodeIPs: ['127.0.0.1'], machine: await readMachineInfo(options.rootDir), cgroups, nodeDns: { servers: [], searches: [], options: [] }, client: api, cri, mounter: systemMounter, clock: systemClock, log, evictionIntervalMs: 2000,
  events: { pod: (_p, _t, r, m) => note(r, m), container: (_p, _c, _t, r, m) => note(r, m), node: (_n, _t, r, m) => note(r, m) } });
const running = kubelet.run(stop.signal);
const until = (name: string, probe: (p: any) => boolean, timeout = 20000) => eventually(() => { const p = api.object(podKind, `default/${name}`); if (!p || !probe(p)) throw new Error(`${name} ${JSON.stringify(p?.status)} ${events.slice(-5)}`); return p; }, { timeout });
const ready = (p: any) => p.status?.conditions?.find((c: any) => c.type === 'Ready')?.status === 'True';
const sh = (c: string) => ['sh', '-c', c];
try {
  const main = buildContainer('main', { image: 'busybox:test', command: sh('while true; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; sleep 0.05; done'), resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '64Mi' } } });
  const pod = buildPod('q', { hostNetwork: true, containers: [main], terminationGracePeriodSeconds: 1 });
  const uid = pod.metadata.uid as string;
  api.add(podKind, pod);
  await until('q', ready);
  const cg = `/sys/fs/cgroup/memory/kltry/kubepods/burstable/pod${uid}`;
  say('pod cgroup memory', readFileSync(`${cg}/memory.limit_in_bytes`, 'utf8').trim(), 'children', readdirSync(cg, { withFileTypes: true }).filter((e) => e.isDirectory()).length);
  api.change(podKind, 'default/q', (p) => { p.spec.ephemeralContainers = [{ ...buildContainer('dbg', { image: 'busybox:test', command: sh('ps; sleep 1000') }), targetContainerName: 'main' }]; });
  await until('q', (p) => !!p.status?.ephemeralContainerStatuses?.[0]?.state?.running);
  await new Promise((r) => setTimeout(r, 6000));
  const logs = join(options.podLogsDir, `default_q_${uid}`);
  say('logs', readdirSync(join(logs, 'main')));
  say('dbg', readFileSync(join(logs, 'dbg/0.log'), 'utf8').split('\n').slice(0, 3).join(' | '));
  say('mirror', (await until('stat-node-1', ready)).status?.phase);
  if (process.argv[2] === 'resize') {
    api.change(podKind, 'default/q', (p) => { p.spec.containers[0]!.resources = { requests: { cpu: '150m', memory: '64Mi' }, limits: { cpu: '300m', memory: '96Mi' } }; p.metadata.generation = 5; });
    await until('q', (p) => p.status?.containerStatuses?.[0]?.resources?.limits?.memory === '96Mi');
    const id = (await until('q', ready)).status?.containerStatuses?.[0]?.containerID?.slice(9);
    say('resized', readFileSync(`${cg}/${id}/memory.limit_in_bytes`, 'utf8').trim(), readFileSync(`${cg}/memory.limit_in_bytes`, 'utf8').trim(), api.object(podKind, 'default/q')?.status?.containerStatuses?.[0]?.restartCount);
  }
  api.add(podKind, buildPod('oom', { hostNetwork: true, restartPolicy: 'Never', containers: [buildContainer('main', { image: 'busybox:test', command: sh('dd if=/dev/zero of=/dev/null bs=200M count=5'), resources: { limits: { memory: '20Mi' }, requests: { memory: '20Mi' } } })] }));
  say('oom', JSON.stringify((await until('oom', (p) => p.status?.phase === 'Failed')).status?.containerStatuses?.[0]?.state?.terminated));
  api.add(podKind, buildPod('big', { hostNetwork: true, restartPolicy: 'Never', terminationGracePeriodSeconds: 1, volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }], containers: [buildContainer('main', { image: 'busybox:test', command: sh('dd if=/dev/zero of=/v/f bs=1M count=3; sleep 1000'), volumeMounts: [{ name: 'v', mountPath: '/v' }] })] }));
  const big = await until('big', (p) => p.status?.phase === 'Failed');
  say('big', big.status?.reason, big.status?.message);
  await api.resource(podKind).delete('q', { namespace: 'default' });
  await eventually(() => api.object(podKind, 'default/q') === undefined, { timeout: 15000 });
  await eventually(() => !existsSync(cg));
  say('cgroup gone', !existsSync(cg));
  say('node', JSON.stringify(api.object(nodeKind, 'node-1')?.status?.conditions?.map((c) => `${c.type}=${c.status}`)));
} catch (e) { console.error(e); say(events.slice(-20)); }
finally {
  stop.abort();
  await Promise.race([running, new Promise((r) => setTimeout(r, 3000))]);
  execFileSync('sh', ['-c', `docker -H ${host} ps -aq | xargs -r docker -H ${host} rm -f >/dev/null 2>&1 || true`]);
  await Promise.race([cri_, new Promise((r) => setTimeout(r, 3000))]);
  await dockerd.stop();
  for (const id of (await cgroups?.present()) ?? []) await cgroups?.remove(id).catch(() => {});
  process.exit(0);
}

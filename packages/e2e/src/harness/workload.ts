import { eventually } from '@coxswain/foundation/testing';
import type { ComposeCluster } from './compose-cluster.ts';
import type { KubectlRunner } from './kubectl.ts';
import { run } from './run.ts';

export interface PodJson {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly name: string }[];
  };
  readonly spec: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly restartCount: number; readonly ready: boolean }[];
  };
}

/** The sample application: nginx that answers with its pod's name, configured by a ConfigMap, behind a Service. */
export function webManifest(options: { readonly replicas: number; readonly image?: string }): string {
  return `
apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data:
  default.conf: |
    server {
      listen 80;
      add_header X-Version "$nginx_version";
      location / { return 200 "$hostname\\n"; }
      location /healthz { return 200 "ok\\n"; }
    }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: ${options.replicas}
  selector: { matchLabels: { app: web } }
  strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: nginx
          image: ${options.image ?? 'nginx:1.27'}
          ports: [{ name: http, containerPort: 80 }]
          readinessProbe: { httpGet: { path: /healthz, port: http }, periodSeconds: 1 }
          lifecycle: { preStop: { exec: { command: [sleep, "2"] } } }
          resources: { requests: { cpu: 20m, memory: 16Mi }, limits: { memory: 64Mi } }
          volumeMounts: [{ name: config, mountPath: /etc/nginx/conf.d }]
      volumes: [{ name: config, configMap: { name: web } }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  type: NodePort
  selector: { app: web }
  ports: [{ name: http, port: 80, targetPort: http }]
`;
}

/** A pod that stays, for traffic from inside, pinned to a node. */
export function clientManifest(name: string, node: string): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: client } }
spec:
  nodeName: ${node}
  terminationGracePeriodSeconds: 0
  containers:
    - name: client
      image: busybox:1.36
      command: [sleep, infinity]
`;
}

export function isReady(pod: PodJson): boolean {
  return (
    pod.metadata.deletionTimestamp === undefined &&
    (pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false)
  );
}

export async function pods(kubectl: KubectlRunner, namespace: string, selector: string): Promise<PodJson[]> {
  return (await kubectl.json<{ items: PodJson[] }>(['-n', namespace, 'get', 'pods', '-l', selector])).items;
}

/** Waits until exactly `count` pods match, all Ready. */
export async function readyPods(
  kubectl: KubectlRunner,
  namespace: string,
  selector: string,
  count: number,
  timeout = 90_000,
): Promise<PodJson[]> {
  return eventually(
    async () => {
      const all = await pods(kubectl, namespace, selector);
      if (all.length !== count || !all.every(isReady))
        throw new Error(`want ${count} Ready pods of ${selector}, have ${describePods(all)}`);
      return all;
    },
    { timeout, interval: 300 },
  );
}

export function describePods(all: readonly PodJson[]): string {
  return all
    .map((pod) => `${pod.metadata.name}@${pod.spec.nodeName ?? '?'}:${pod.status?.phase}${isReady(pod) ? '+' : '-'}`)
    .join(' ');
}

/** A namespace of the test's own, deleted afterwards without waiting. */
export async function withNamespace(kubectl: KubectlRunner, name: string, body: () => Promise<void>): Promise<void> {
  await kubectl.try(['delete', 'namespace', name, '--ignore-not-found', '--wait=true'], { timeoutMs: 120_000 });
  await kubectl.run(['create', 'namespace', name]);
  // Pods are refused until the namespace's default account is there, as upstream's admission has it.
  await eventually(() => kubectl.run(['-n', name, 'get', 'serviceaccount', 'default']), { timeout: 30_000 });
  try {
    await body();
  } finally {
    await kubectl.try(['delete', 'namespace', name, '--wait=false']);
  }
}

/** Asks until every one of `names` has answered; each answer is the answering pod's name. */
export async function answersFromAll(
  ask: () => Promise<string>,
  names: readonly string[],
  timeout = 30_000,
): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  await eventually(
    async () => {
      const name = (await ask()).trim();
      if (!names.includes(name)) throw new Error(`answer "${name}" is none of ${names.join(', ')}`);
      seen.set(name, (seen.get(name) ?? 0) + 1);
      if (seen.size < names.length)
        throw new Error(`only ${[...seen.keys()].join(', ')} of ${names.join(', ')} answered`);
    },
    { timeout, interval: 1 },
  );
  return seen;
}

export async function curl(url: string): Promise<string> {
  const { code, stdout, stderr } = await run('curl', ['-sS', '--max-time', '3', url]);
  if (code !== 0) throw new Error(`curl ${url}: ${stderr.trim()}`);
  return stdout;
}

/** One request from inside a pod, by busybox' wget. */
export function wgetFromPod(cluster: ComposeCluster, node: string, namespace: string, pod: string, url: string) {
  return cluster.inPod(node, namespace, pod, 'client', ['wget', '-q', '-T', '3', '-O', '-', url]);
}

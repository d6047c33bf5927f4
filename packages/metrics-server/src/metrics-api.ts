import { type Node, newNotFound, objectKey, type Pod, parseLabelSelector } from '@coxswain/api';
import type { Lister } from '@coxswain/client';
import type { Measured, UsageStore } from './usage-store.ts';

const API_VERSION = 'metrics.k8s.io/v1beta1';
const ROOT = `/apis/${API_VERSION}`;
const VERBS = ['get', 'list'];

export interface MetricsApiParts {
  readonly nodes: Lister<Node>;
  readonly pods: Lister<Pod>;
  readonly usage: UsageStore;
}

/** The document at a path; undefined when nothing lives there. @throws StatusError */
export function metricsDocument({ nodes, pods, usage }: MetricsApiParts, url: URL): object | undefined {
  const path = url.pathname.replace(/\/$/, '');
  if (path === ROOT) return DISCOVERY;
  if (!path.startsWith(`${ROOT}/`)) return undefined;
  const parts = path
    .slice(ROOT.length + 1)
    .split('/')
    .map(decodeURIComponent);
  const selector = parseLabelSelector(url.searchParams.get('labelSelector') ?? '');
  const selected = ({ metadata }: Node | Pod) => selector.matches(metadata.labels ?? {});
  const nodeMetrics = (node: Node) => {
    const found = usage.node(node.metadata.name);
    return found ? [{ ...head('NodeMetrics', node, found), usage: found.usage }] : [];
  };
  const podMetrics = (pod: Pod) => {
    const found = usage.pod(pod.spec.nodeName ?? '', objectKey(pod));
    return found ? [{ ...head('PodMetrics', pod, found), containers: found.containers }] : [];
  };
  const [first, second, third, fourth, ...more] = parts;
  if (first === 'nodes' && third === undefined) {
    if (second === undefined) return list('NodeMetricsList', nodes.list().filter(selected).flatMap(nodeMetrics));
    const node = nodes.get(second);
    return one('nodes', second, node ? nodeMetrics(node) : []);
  }
  if (first === 'pods' && second === undefined)
    return list('PodMetricsList', pods.list().filter(selected).flatMap(podMetrics));
  if (first !== 'namespaces' || third !== 'pods' || more.length > 0) return undefined;
  if (fourth === undefined)
    return list(
      'PodMetricsList',
      pods
        .byNamespace(second ?? '')
        .filter(selected)
        .flatMap(podMetrics),
    );
  const pod = pods.get(`${second}/${fourth}`);
  return one('pods', `${second}/${fourth}`, pod ? podMetrics(pod) : []);
}

const DISCOVERY = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: API_VERSION,
  resources: [
    { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: VERBS },
    { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: VERBS },
  ],
};

function head(kind: string, { metadata }: Node | Pod, { at, windowMs }: Measured) {
  const { name, namespace, labels } = metadata;
  const timestamp = `${new Date(at).toISOString().slice(0, 19)}Z`;
  return {
    kind,
    apiVersion: API_VERSION,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      creationTimestamp: timestamp,
      ...(labels ? { labels } : {}),
    },
    timestamp,
    window: `${Math.round(windowMs) / 1000}s`,
  };
}

function list(kind: string, items: readonly object[]): object {
  return { kind, apiVersion: API_VERSION, metadata: {}, items };
}

function one(resource: string, name: string, found: readonly object[]): object {
  if (found[0]) return found[0];
  throw newNotFound({ group: 'metrics.k8s.io', resource }, name);
}

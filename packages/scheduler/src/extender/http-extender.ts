import type { PodInfo } from '../cache/pod-info.ts';
import type { ExtenderConfiguration } from '../config/scheduler-configuration.ts';
import { failed, success } from '../framework/status.ts';
import type { Extender } from './extender.ts';
import { postJson, type TlsFiles } from './post-json.ts';

/** Replies are Go structs without JSON names; Go reads them in any case, so do we. */
interface FilterReply {
  readonly nodes?: { readonly items?: readonly { readonly metadata: { readonly name: string } }[] };
  readonly nodenames?: readonly string[];
  readonly failednodes?: Readonly<Record<string, string>>;
  readonly failedandunresolvablenodes?: Readonly<Record<string, string>>;
  readonly error?: string;
}

/** An extender over HTTP (kubescheduler.config.k8s.io/v1 `extenders`), with the verbs it is configured for. */
export function httpExtender(config: ExtenderConfiguration): Extender {
  const { urlPrefix, filterVerb, prioritizeVerb, bindVerb, weight = 1, ignorable = false, nodeCacheCapable } = config;
  const timeoutMs = config.httpTimeoutMs ?? 5000;
  const tls: TlsFiles = config.tlsConfig ?? {};
  const call = async (verb: string, body: unknown, signal: AbortSignal) =>
    postJson(`${urlPrefix.replace(/\/$/, '')}/${verb}`, body, { timeoutMs, tls, signal });
  const managed = new Set((config.managedResources ?? []).map(({ name }) => name));

  function args(pod: PodInfo, nodes: Parameters<NonNullable<Extender['filter']>>[1]) {
    return nodeCacheCapable
      ? { Pod: pod.pod, NodeNames: nodes.map(({ name }) => name) }
      : { Pod: pod.pod, Nodes: { items: nodes.map(({ node }) => node) } };
  }

  return {
    name: urlPrefix,
    weight,
    ignorable,
    isInterested: ({ pod }) => managed.size === 0 || requestedNames(pod.spec).some((name) => managed.has(name)),
    ...(filterVerb
      ? {
          async filter(pod, nodes, signal) {
            const reply = lowerKeys<FilterReply>(await call(filterVerb, args(pod, nodes), signal));
            if (reply.error) throw new Error(reply.error);
            const names = reply.nodenames ?? reply.nodes?.items?.map(({ metadata }) => metadata.name) ?? [];
            return {
              nodeNames: new Set(names),
              failed: reply.failednodes ?? {},
              unresolvable: reply.failedandunresolvablenodes ?? {},
            };
          },
        }
      : {}),
    ...(prioritizeVerb
      ? {
          async prioritize(pod, nodes, signal) {
            const reply = (await call(prioritizeVerb, args(pod, nodes), signal)) as unknown[] | null;
            const scores = (reply ?? []).map((each) => lowerKeys<{ host: string; score: number }>(each));
            return new Map(scores.map(({ host, score }) => [host, score]));
          },
        }
      : {}),
    ...(bindVerb
      ? {
          async bind({ pod }, nodeName, signal) {
            const { name, namespace, uid } = pod.metadata;
            const body = { PodName: name, PodNamespace: namespace, PodUID: uid, Node: nodeName };
            try {
              const { error } = lowerKeys<{ error?: string }>(await call(bindVerb, body, signal));
              return error ? failed(new Error(error)) : success;
            } catch (error) {
              return failed(error);
            }
          },
        }
      : {}),
  } satisfies Extender;
}

function requestedNames({ containers, initContainers = [] }: PodInfo['pod']['spec']): string[] {
  return [...containers, ...initContainers].flatMap(({ resources }) => [
    ...Object.keys(resources?.requests ?? {}),
    ...Object.keys(resources?.limits ?? {}),
  ]);
}

function lowerKeys<T>(value: unknown): T {
  return Object.fromEntries(Object.entries(value ?? {}).map(([key, each]) => [key.toLowerCase(), each])) as T;
}

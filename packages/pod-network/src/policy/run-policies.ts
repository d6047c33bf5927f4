import { type NetworkPolicy, namespaceKind, networkPolicyKind, type Pod, podKind } from '@coxswain/api';
import { type ApiClient, createInformerFactory } from '@coxswain/client';
import { Backoff, type Clock, type Logger, systemClock } from '@coxswain/foundation';
import type { NetworkHost } from '../network-host.ts';
import { Wake } from '../wake.ts';
import { planPolicies } from './plan-policies.ts';
import { PolicyEnforcer } from './policy-enforcer.ts';
import { policyPod } from './policy-pod.ts';
import { NO_POLICIES } from './render-policies.ts';

export interface PoliciesOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  readonly nodeName: string;
  readonly host: NetworkHost;
  /** Whether another network is in charge, which enforces its policies itself. */
  readonly standsBack: () => boolean;
  /** This node's pod range; undefined while it isn't known. */
  readonly podCidr: () => string | undefined;
  readonly repairPeriodMs: number;
  readonly clock?: Clock | undefined;
}

/** Events within this many milliseconds are one change. */
const SETTLE_MS = 20;

/**
 * Enforces NetworkPolicies for this node's pods until the signal aborts; the rules stay when it ends. Pods and
 * namespaces are followed from the first policy on.
 */
export async function runPolicies(options: PoliciesOptions, signal: AbortSignal): Promise<void> {
  const { client, log, nodeName, host, standsBack, podCidr, repairPeriodMs, clock = systemClock } = options;
  const wake = new Wake(clock);
  const enforcer = new PolicyEnforcer({ host, log });
  const informers = createInformerFactory(client, { log });
  const policies = informers.for(networkPolicyKind);
  const notice = () => wake.now();
  policies.addHandler({
    added: notice,
    updated: (policy: NetworkPolicy, old: NetworkPolicy) => {
      if (JSON.stringify(policy.spec) !== JSON.stringify(old.spec)) notice();
    },
    deleted: notice,
  });
  informers.start(signal);
  await policies.waitForSync(signal);

  const follow = () => {
    const pods = informers.for(podKind);
    const namespaces = informers.for(namespaceKind);
    const same = (a: Pod, b: Pod) => JSON.stringify(policyPod(a)) === JSON.stringify(policyPod(b));
    pods.addHandler({
      added: notice,
      updated: (pod: Pod, old: Pod) => {
        if (!same(pod, old)) notice();
      },
      deleted: notice,
    });
    namespaces.addHandler({ added: notice, updated: notice, deleted: notice });
    informers.start(signal);
    return { pods, namespaces };
  };
  let followed: ReturnType<typeof follow> | undefined;

  const backoff = new Backoff({ initial: 200, max: 10_000, jitter: 0.2 });
  while (!signal.aborted) {
    let waitMs = repairPeriodMs;
    try {
      if (policies.lister.list().length > 0 && !standsBack()) {
        followed ??= follow();
        await informers.waitForSync(signal);
        const plan = planPolicies({
          node: nodeName,
          policies: policies.lister.list(),
          pods: followed.pods.lister.list().flatMap((pod) => policyPod(pod) ?? []),
          namespaces: followed.namespaces.lister.list(),
          podCidr: podCidr(),
        });
        await enforcer.apply(plan, signal);
      } else await enforcer.apply(NO_POLICIES, signal);
      backoff.reset();
    } catch (err) {
      if (signal.aborted) return;
      log.error({ err }, 'enforcing network policies failed');
      waitMs = backoff.next();
    }
    await wake.wait(waitMs, signal);
    await clock.sleep(SETTLE_MS, signal).catch(() => {});
  }
}

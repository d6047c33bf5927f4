import { Backoff } from '@coxswain/foundation';
import { authenticated } from '../authentication/user-info.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { type AuthenticationConfig, ensureAuthenticationConfig } from './authentication-config.ts';
import { ensureKubernetesService, type KubernetesServiceOptions } from './kubernetes-service.ts';
import { ensureLegacyTokenTracking } from './legacy-token-tracking.ts';
import { ensureRbacPolicy } from './rbac/ensure-policy.ts';
import { ensureServiceCidr } from './service-cidr.ts';
import { ensureSystemNamespaces } from './system-namespaces.ts';
import { ensureSystemPriorityClasses } from './system-priority-classes.ts';

const PERIOD_MS = 10_000;
const LOOPBACK_USER = authenticated('system:apiserver', '', ['system:masters']);

/** Keeps what every cluster has: the system namespaces and the Service `kubernetes`. Runs until the signal aborts. */
export async function runBootstrapController(
  dependencies: HandlerDependencies,
  options: KubernetesServiceOptions & {
    readonly cidrs: readonly string[];
    readonly rbac: boolean;
    readonly authenticationConfig: AuthenticationConfig;
  },
  onDone: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { log, clock } = dependencies;
  const backoff = new Backoff({ initial: 200, max: PERIOD_MS, jitter: 0.2 });
  while (!signal.aborted) {
    let pause = PERIOD_MS;
    try {
      await ensureSystemNamespaces(dependencies, LOOPBACK_USER, signal);
      await ensureAuthenticationConfig(dependencies, LOOPBACK_USER, options.authenticationConfig, signal);
      await ensureLegacyTokenTracking(dependencies, LOOPBACK_USER, signal);
      await ensureServiceCidr(dependencies, LOOPBACK_USER, options.cidrs, signal);
      await ensureSystemPriorityClasses(dependencies, LOOPBACK_USER, signal);
      if (options.rbac) await ensureRbacPolicy(dependencies, LOOPBACK_USER, signal);
      await ensureKubernetesService(dependencies, LOOPBACK_USER, options, signal);
      backoff.reset();
      onDone();
    } catch (err) {
      if (signal.aborted) return;
      log.warn({ err }, 'bootstrap objects not kept');
      pause = backoff.next();
    }
    await clock.sleep(pause, signal).catch(() => {});
  }
}

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { runWithLeaderElection } from '@coxswain/client';
import { createMetrics, Gauge, startHealthServer, systemClock, UsageError } from '@coxswain/foundation';
import { isControllerEnabled } from './is-controller-enabled.ts';
import type { ControllerManagerOptions } from './options.ts';
import { registrations } from './registrations.ts';
import { runControllers } from './run-controllers.ts';

/** Stands in where only the names of controllers are asked for. */
const NO_SIGNING = { authority: { certificate: '', key: '' }, durationMs: 0 };
const LEASE = 'kube-controller-manager';

/**
 * Runs the enabled controllers until the signal aborts; with leader election only while this process holds the Lease
 * kube-system/kube-controller-manager.
 * @throws UsageError when --controllers names one that doesn't exist
 */
export async function runControllerManager(options: ControllerManagerOptions, signal: AbortSignal): Promise<void> {
  const { client, log, clock = systemClock, leaderElection, health } = options;
  const enabled = enabledRegistrations(options);
  const metrics = createMetrics();
  const master = new Gauge({
    name: 'leader_election_master_status',
    help: 'Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates master.',
    labelNames: ['name'],
    registers: [metrics],
  });
  master.set({ name: LEASE }, 0);
  if (health) {
    const { port } = await startHealthServer({ ...health, metrics }, signal);
    log.info({ host: health.host, port }, 'serving health and metrics');
  }
  const run = (term: AbortSignal) => runControllers({ client, log, clock, metrics, registrations: enabled }, term);
  log.info({ controllers: enabled.map(({ name }) => name) }, 'starting controller manager');
  if (!leaderElection) return run(signal);
  const { identity, resourceName = LEASE, resourceNamespace = 'kube-system', ...timing } = leaderElection;
  await runWithLeaderElection(
    {
      client,
      log,
      clock,
      namespace: resourceNamespace,
      name: resourceName,
      identity: identity ?? `${hostname()}_${randomUUID()}`,
      ...timing,
      onChange: (leading) => master.set({ name: LEASE }, leading ? 1 : 0),
    },
    signal,
    run,
  );
}

function enabledRegistrations(options: ControllerManagerOptions) {
  const all = registrations({
    ...options,
    allocateNodeCidrs: true,
    rootCA: options.rootCA ?? '',
    signing: options.signing ?? NO_SIGNING,
    serviceAccountKey: options.serviceAccountKey ?? '',
  });
  const known = new Set(all.flatMap(({ name, alias }) => [name, alias]));
  for (const word of options.controllers) {
    const name = word.replace(/^-/, '');
    if (name !== '*' && !known.has(name)) throw new UsageError(`"${name}" is not in the list of known controllers`);
  }
  return registrations(options).filter((registration) => isControllerEnabled(registration, options.controllers));
}

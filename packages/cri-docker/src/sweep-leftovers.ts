import type { Entry } from './container-store.ts';
import { removeSandbox } from './rpc/remove-pod-sandbox.ts';
import { tearDownNetwork } from './rpc/stop-pod-sandbox.ts';
import { dockerName, type Runtime } from './runtime.ts';

/**
 * Takes away what a crash or a failed teardown left behind: records of sandboxes that Docker doesn't know, with their
 * addresses, and containers whose sandbox is gone. `entries` are all there are: what is missing there is nobody's.
 */
export async function sweepLeftovers(runtime: Runtime, entries: readonly Entry[]): Promise<void> {
  const { store, records, turns, log } = runtime;
  const known = new Set(entries.map(({ id }) => id));
  await runtime.logs.keep(known);
  await runtime.oomKills.keep(known);
  const sandboxes = entries.filter(({ type }) => type === 'podsandbox');
  const names = new Set(sandboxes.map(dockerName));
  for (const name of await records.names()) {
    if (names.has(name)) continue;
    await turns.run(name, async () => {
      if (await runtime.engine.inspectContainer(name)) return;
      if (await tearDownNetwork(runtime, name, '')) await records.remove(name);
      log.info({ sandbox: name }, 'leftover of a sandbox removed');
    });
  }
  const unstarted = new Set(entries.filter(({ docker }) => docker.State.Status === 'created').map(dockerName));
  for (const name of await runtime.readOnlyTrees.leftovers())
    if (!unstarted.has(name)) await runtime.readOnlyTrees.remove(name);
  const ids = new Set(sandboxes.map(({ id }) => id));
  const orphans = new Set(
    entries.filter((e) => e.type === 'container' && !ids.has(e.sandboxId)).map((e) => e.sandboxId),
  );
  for (const sandboxId of orphans) {
    if (await store.get(sandboxId)) continue;
    await removeSandbox(runtime, sandboxId, undefined);
    log.info({ sandbox: sandboxId }, 'containers without sandbox removed');
  }
}

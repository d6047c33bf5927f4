import type { CallContext, Empty, PodSandboxIdRequest } from '@coxswain/cri';
import { dockerName, type Runtime } from '../runtime.ts';
import { discardContainer } from './remove-container.ts';
import { haltSandbox, tearDownNetwork } from './stop-pod-sandbox.ts';

/** Removes the sandbox and every container in it, stopping what runs. Nothing to do is success. */
export async function removePodSandbox(
  runtime: Runtime,
  { podSandboxId }: PodSandboxIdRequest,
  _context: CallContext,
): Promise<Empty> {
  const sandbox = await runtime.store.get(podSandboxId);
  if (sandbox && sandbox.type !== 'podsandbox') return {};
  const name = sandbox && dockerName(sandbox);
  await runtime.turns.run(name ?? podSandboxId, () => removeSandbox(runtime, podSandboxId, name));
  return {};
}

/** Without `name` the pause container is gone already and only its members are left to remove. */
export async function removeSandbox(runtime: Runtime, id: string, name: string | undefined): Promise<void> {
  const { engine, store, records } = runtime;
  if (name !== undefined) await haltSandbox(runtime, id, name);
  await Promise.all((await store.containersOf(id)).map((member) => discardContainer(runtime, member)));
  if (name === undefined) return;
  await engine.removeContainer(id);
  store.touch(id);
  if (await tearDownNetwork(runtime, name, '')) await records.remove(name);
}

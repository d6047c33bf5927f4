import type { CallContext, Empty, PodSandboxIdRequest } from '@coxswain/cri';
import { dockerName, type Runtime } from '../runtime.ts';

/** Kills the sandbox's containers, gives its network back and ends the pause process. Nothing to do is success. */
export async function stopPodSandbox(
  runtime: Runtime,
  { podSandboxId }: PodSandboxIdRequest,
  _context: CallContext,
): Promise<Empty> {
  const sandbox = await runtime.store.get(podSandboxId);
  if (sandbox?.type !== 'podsandbox') return {};
  const name = dockerName(sandbox);
  await runtime.turns.run(name, () => haltSandbox(runtime, podSandboxId, name));
  return {};
}

/** The steps of a stop; each is skipped when done. A failing network teardown is logged and tried again on removal. */
export async function haltSandbox(runtime: Runtime, id: string, name: string): Promise<void> {
  const { engine, store, oomKills } = runtime;
  const members = (await store.containersOf(id)).filter(({ docker }) => docker.State.Running);
  for (const member of members) oomKills.expectKill(member.id);
  await Promise.all(members.map((member) => engine.stopContainer(member.id, 0)));
  for (const member of members) store.touch(member.id);
  const pid = (await engine.inspectContainer(id))?.State.Pid ?? 0;
  await tearDownNetwork(runtime, name, pid === 0 ? '' : `/proc/${pid}/ns/net`);
  if (pid !== 0) await engine.stopContainer(id, 0);
  store.touch(id);
}

/** Runs the plugins' DEL; false when one failed, and then the attachment stays on record. */
export async function tearDownNetwork(runtime: Runtime, name: string, netns: string): Promise<boolean> {
  const attachment = runtime.records.attachment(name);
  if (!attachment) return true;
  try {
    await runtime.network.del(attachment, netns);
  } catch (err) {
    runtime.log.warn({ err, sandbox: attachment.containerId }, 'network of sandbox could not be torn down');
    return false;
  }
  await runtime.records.dropAttachment(name);
  return true;
}

import { readdir, readlink, rm } from 'node:fs/promises';
import type { CriClient } from '@coxswain/cri';
import { type LogRoots, uidOfLogDirectory } from '../container/log-paths.ts';
import { POD_UID_LABEL } from '../container/names.ts';

/** Removes a pod's sandboxes and containers from the runtime, and its logs with the links to them. */
export async function removePodTraces(cri: CriClient, logs: LogRoots, uid: string): Promise<void> {
  const labelSelector = { [POD_UID_LABEL]: uid };
  const [{ containers }, { items }] = await Promise.all([
    cri.listContainers({ filter: { labelSelector } }),
    cri.listPodSandbox({ filter: { labelSelector } }),
  ]);
  await Promise.all(containers.map(({ id }) => cri.removeContainer({ containerId: id })));
  await Promise.all(
    items.map(async ({ id }) => {
      await cri.stopPodSandbox({ podSandboxId: id });
      await cri.removePodSandbox({ podSandboxId: id });
    }),
  );
  for (const name of await readdir(logs.pods).catch(() => []))
    if (uidOfLogDirectory(name) === uid) await removeLogs(logs, `${logs.pods}/${name}`);
}

async function removeLogs(logs: LogRoots, folder: string): Promise<void> {
  for (const link of await readdir(logs.containers).catch(() => [])) {
    const target = await readlink(`${logs.containers}/${link}`).catch(() => '');
    if (target.startsWith(`${folder}/`)) await rm(`${logs.containers}/${link}`, { force: true });
  }
  await rm(folder, { recursive: true, force: true });
}

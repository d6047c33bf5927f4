import { resultIps } from '../cni/plugin-conf.ts';
import type { Entry } from '../container-store.ts';
import { dockerName, networkMode, type Runtime } from '../runtime.ts';

/** The sandbox's addresses; none with the node's network, undefined while its network isn't set up. */
export function sandboxIps({ records }: Runtime, sandbox: Entry): string[] | undefined {
  if (networkMode(sandbox) === 'NODE') return [];
  const result = records.attachment(dockerName(sandbox))?.result;
  return result && resultIps(result);
}

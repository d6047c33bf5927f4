import type { CallContext, Input, VersionRequest, VersionResponse } from '@coxswain/cri';
import type { Runtime } from '../runtime.ts';

export async function version(
  { engine }: Runtime,
  _request: VersionRequest,
  _context: CallContext,
): Promise<Input<VersionResponse>> {
  const [{ ServerVersion }, api] = await Promise.all([engine.info(), engine.apiVersion()]);
  return { version: '0.1.0', runtimeName: 'docker', runtimeVersion: ServerVersion, runtimeApiVersion: `${api}.0` };
}

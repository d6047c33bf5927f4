import type {
  CallContext,
  Empty,
  Input,
  RuntimeConfigRequest,
  RuntimeConfigResponse,
  UpdateRuntimeConfigRequest,
} from '@coxswain/cri';
import type { Runtime } from '../runtime.ts';

export async function runtimeConfig(
  { engine }: Runtime,
  _request: RuntimeConfigRequest,
  _context: CallContext,
): Promise<Input<RuntimeConfigResponse>> {
  const { CgroupDriver } = await engine.info();
  return { linux: { cgroupDriver: CgroupDriver === 'systemd' ? 'SYSTEMD' : 'CGROUPFS' } };
}

/** The pod range reaches the plugins through the CNI configuration, which the node's network component writes. */
export async function updateRuntimeConfig(
  _runtime: Runtime,
  _request: UpdateRuntimeConfigRequest,
  _context: CallContext,
): Promise<Empty> {
  return {};
}

import type { CallOptions, CriClient, RpcName } from '@coxswain/cri';
import { Places } from '@coxswain/foundation';

/** Calls that wait for something else than the runtime's own work, and so must not hold a place. */
const UNBOUNDED = new Set<string>([
  'pullImage',
  'stopContainer',
  'execSync',
  'getContainerEvents',
  'close',
  'version',
  'status',
]);

export interface CriLimits {
  /** Calls under way at once. */
  readonly calls: number;
  /** Of them sandboxes being made, so that pods begun are finished before more are begun. */
  readonly sandboxes: number;
}

/** The same client with a bound on calls under way; others wait in the order they came. */
export function limitCri(cri: CriClient, limits: CriLimits): CriClient {
  const calls = new Places(limits.calls);
  const sandboxes = new Places(limits.sandboxes);
  return new Proxy(cri, {
    get(target, name: RpcName) {
      const method = target[name];
      if (typeof method !== 'function' || UNBOUNDED.has(name)) return method;
      const call = method.bind(target) as (request: object, options?: CallOptions) => Promise<object>;
      const bounded = (request: object, options?: CallOptions) => calls.hold(() => call(request, options));
      if (name !== 'runPodSandbox') return bounded;
      return (request: object, options?: CallOptions) => sandboxes.hold(() => bounded(request, options));
    },
  });
}

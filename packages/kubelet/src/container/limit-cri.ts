import type { CallOptions, CriClient, RpcName } from '@coxswain/cri';

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

/** The same client with at most `limit` calls under way; others wait in the order they came. */
export function limitCri(cri: CriClient, limit: number): CriClient {
  let running = 0;
  const waiting: (() => void)[] = [];
  const enter = async () => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
  };
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else running--;
  };
  return new Proxy(cri, {
    get(target, name: RpcName) {
      const method = target[name];
      if (typeof method !== 'function' || UNBOUNDED.has(name)) return method;
      const call = method.bind(target) as (request: object, options?: CallOptions) => Promise<object>;
      return async (request: object, options?: CallOptions) => {
        await enter();
        try {
          return await call(request, options);
        } finally {
          leave();
        }
      };
    },
  });
}

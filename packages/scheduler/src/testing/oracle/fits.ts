import type { Container, Node, Pod } from '@coxswain/api';

/** Whole numbers only: CPUs, bytes, devices. */
function requested({ spec }: Pod, resource: string): number {
  const of = (each: Container) => Number(each.resources?.requests?.[resource] ?? 0);
  let sidecars = 0;
  let most = 0;
  for (const each of spec.initContainers ?? []) {
    if (each.restartPolicy === 'Always') sidecars += of(each);
    most = Math.max(most, sidecars + (each.restartPolicy === 'Always' ? 0 : of(each)));
  }
  const main = spec.containers.reduce((sum, each) => sum + of(each), sidecars);
  return Math.max(main, most) + Number(spec.overhead?.[resource] ?? 0);
}

/** Room for one more pod, for what it requests, and no host port that is taken. */
export function fits(pod: Pod, node: Node, here: readonly Pod[], resources: readonly string[]): boolean {
  const allocatable = node.status?.allocatable ?? {};
  if (here.length + 1 > Number(allocatable['pods'])) return false;
  const short = resources.some((resource) => {
    const wanted = requested(pod, resource);
    const taken = here.reduce((sum, each) => sum + requested(each, resource), 0);
    return wanted > 0 && taken + wanted > Number(allocatable[resource] ?? 0);
  });
  return !short && !ports(pod).some((port) => here.some((each) => ports(each).some((other) => collide(port, other))));
}

interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

function ports({ spec }: Pod): HostPort[] {
  return spec.containers
    .flatMap((each) => each.ports ?? [])
    .map(({ hostIP, protocol, hostPort }) => ({
      ip: hostIP || '0.0.0.0',
      protocol: protocol || 'TCP',
      port: hostPort ?? 0,
    }))
    .filter(({ port }) => port > 0);
}

function collide(one: HostPort, other: HostPort): boolean {
  const sameAddress = one.ip === other.ip || [one.ip, other.ip].includes('0.0.0.0');
  return sameAddress && one.protocol === other.protocol && one.port === other.port;
}

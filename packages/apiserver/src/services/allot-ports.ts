import { type FieldError, fieldInternalError, fieldInvalid, path, type Service, type ServiceSpec } from '@coxswain/api';
import { pickFree } from './pool.ts';
import type { PortClaims } from './port-claims.ts';
import type { PortRange } from './port-range.ts';
import { needsHealthCheckPort, needsNodePorts } from './service-needs.ts';

export interface AllotPortsOptions {
  readonly range: PortRange;
  /** Undefined claims nothing (dry run). */
  readonly claims: PortClaims | undefined;
}

export interface AllottedPorts {
  readonly taken: ReadonlySet<number>;
  readonly errors: readonly FieldError[];
}

interface Want {
  readonly at: ReturnType<typeof path>;
  /** 0 leaves the choice to the server. */
  readonly port: number;
  set(port: number): void;
}

/** Claims the node ports that the Service asks for and chooses the others. `held` are the Service's own already. */
export async function allotPorts(
  { spec }: Service,
  held: ReadonlySet<number>,
  used: ReadonlySet<number>,
  { range, claims }: AllotPortsOptions,
): Promise<AllottedPorts> {
  const wants = wantsOf(spec);
  if (wants.length === 0 || wants.every(({ port }) => held.has(port))) return { taken: new Set(), errors: [] };
  let plan = planPorts(wants, held, used, range);
  if (claims)
    await claims.update((taken) => {
      plan = planPorts(wants, held, new Set([...used, ...taken].filter((port) => !held.has(port))), range);
      return plan.errors.length > 0 || plan.taken.size === 0 ? undefined : new Set([...taken, ...plan.taken]);
    });
  if (plan.errors.length === 0) for (const [want, port] of plan.chosen) want.set(port);
  return plan;
}

function wantsOf(spec: ServiceSpec): Want[] {
  const wants: Want[] = [];
  if (needsNodePorts(spec))
    for (const [index, port] of (spec.ports ?? []).entries())
      wants.push({
        at: path('spec', 'ports').index(index).child('nodePort'),
        port: port.nodePort ?? 0,
        set: (chosen) => {
          port.nodePort = chosen;
        },
      });
  if (needsHealthCheckPort(spec))
    wants.push({
      at: path('spec', 'healthCheckNodePort'),
      port: spec.healthCheckNodePort ?? 0,
      set: (chosen) => {
        spec.healthCheckNodePort = chosen;
      },
    });
  return wants;
}

/** Explicit ports first, so that no choice takes one of them. Ports of one Service may share a number. */
function planPorts(
  wants: readonly Want[],
  held: ReadonlySet<number>,
  used: ReadonlySet<number>,
  { first, last }: PortRange,
): AllottedPorts & { readonly chosen: readonly (readonly [Want, number])[] } {
  const taken = new Set<number>();
  const errors: FieldError[] = [];
  const chosen: [Want, number][] = [];
  for (const { at, port } of wants) {
    if (port === 0 || held.has(port) || taken.has(port)) continue;
    if (port < first || port > last)
      errors.push(
        fieldInvalid(at, port, `provided port is not in the valid range. The range of valid ports is ${first}-${last}`),
      );
    else if (used.has(port)) errors.push(fieldInvalid(at, port, 'provided port is already allocated'));
    else taken.add(port);
  }
  const blocked = () => new Set([...used, ...held, ...taken].map((port) => port - first + 1));
  for (const want of wants) {
    if (want.port !== 0) continue;
    const member = pickFree(last - first + 1, blocked());
    if (member === undefined) {
      errors.push(fieldInternalError(want.at, new Error('failed to allocate a nodePort: range is full')));
      break;
    }
    taken.add(first + member - 1);
    chosen.push([want, first + member - 1]);
  }
  return { taken, errors, chosen };
}

import { column, wideColumn } from '../../schema/column.ts';
import type { Column } from '../../schema/kind.ts';
import type { Service } from './service.ts';

function externalIPCell({ spec, status }: Service): string {
  const extra = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'LoadBalancer': {
      const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
      return [...ingress, ...extra].filter((text) => text !== '').join(',') || '<pending>';
    }
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return extra.join(',') || '<none>';
  }
}

function portsCell({ spec }: Service): string {
  const ports = (spec.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return ports.join(',') || '<none>';
}

function selectorCell({ spec }: Service): string {
  return formatLabels(spec.selector);
}

/** `a=b,c=d`, or `<none>`. */
export function formatLabels(labels: Record<string, string> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.sort().join(',') || '<none>';
}

export const serviceColumns: readonly Column<Service>[] = [
  column('Type', ({ spec }) => spec.type),
  column('Cluster-IP', ({ spec }) => spec.clusterIPs?.[0] || spec.clusterIP || '<none>'),
  column('External-IP', externalIPCell),
  column('Port(s)', portsCell),
  wideColumn('Selector', selectorCell),
];

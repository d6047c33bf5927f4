import { column } from '../../schema/column.ts';
import type { Column } from '../../schema/kind.ts';
import type { HorizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts';
import type { MetricTarget, MetricValueStatus } from './metric-identifier.ts';
import type { MetricSpec } from './metric-spec.ts';
import type { MetricStatus } from './metric-status.ts';

const SHOWN = 2;

/** `cpu: 20%/80%, 10/100 (avg)`: now and wanted, of the first two metrics. */
function targetsCell({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec.metrics ?? [];
  if (metrics.length === 0) return '<none>';
  const cells = metrics.map((metric, i) => metricCell(metric, status?.currentMetrics?.[i]));
  const shown = cells.slice(0, SHOWN).join(', ');
  return cells.length > SHOWN ? `${shown} + ${cells.length - SHOWN} more...` : shown;
}

function metricCell(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'Resource':
    case 'ContainerResource': {
      const source = spec.resource ?? spec.containerResource;
      const current = (status?.resource ?? status?.containerResource)?.current;
      return `${source?.name}: ${utilization(source?.target, current)}`;
    }
    case 'Pods':
      return `${status?.pods?.current?.averageValue ?? '<unknown>'}/${spec.pods?.target.averageValue}`;
    case 'Object':
      return valueOrAverage(spec.object?.target, status?.object?.current);
    case 'External':
      return valueOrAverage(spec.external?.target, status?.external?.current);
    default:
      return '<unknown type>';
  }
}

function utilization(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? '<unknown>'}/${target.averageValue}`;
  const now = current?.averageUtilization === undefined ? '<unknown>' : `${current.averageUtilization}%`;
  const wanted = target?.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`;
  return `${now}/${wanted}`;
}

function valueOrAverage(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? '<unknown>'}/${target.averageValue} (avg)`;
  return `${current?.value ?? '<unknown>'}/${target?.value}`;
}

export const autoscalerColumns: readonly Column<HorizontalPodAutoscaler>[] = [
  column('Reference', ({ spec }) => `${spec.scaleTargetRef?.kind}/${spec.scaleTargetRef?.name}`),
  column('Targets', targetsCell),
  column('MinPods', ({ spec }) => String(spec.minReplicas ?? '<unset>')),
  column('MaxPods', ({ spec }) => spec.maxReplicas, 'integer'),
  column('Replicas', ({ status }) => status?.currentReplicas ?? 0, 'integer'),
];

import { type FieldError, fieldForbidden, fieldInvalid } from '../../../machinery/field-error.ts';
import { path } from '../../../machinery/field-path.ts';
import type { Pod } from './pod.ts';
import { qosClassOf } from './qos-class.ts';

const RESIZABLE = ['cpu', 'memory'];

/** Rules of what `/resize` may make of a pod (KEP-1287): CPU and memory of containers, within the pod's QoS class. */
export function validateResize(next: Pod, old: Pod): FieldError[] {
  const at = path('spec');
  const errors: FieldError[] = [];
  const before = old.status?.qosClass ?? qosClassOf(old.spec);
  const after = qosClassOf(next.spec);
  if (after !== before) errors.push(fieldInvalid(at, after, 'Pod QOS Class may not change as a result of resizing'));
  for (const field of ['containers', 'initContainers'] as const)
    next.spec[field]?.forEach(({ resources }, i) => {
      const previous = old.spec[field]?.[i];
      const item = at.child(field).index(i).child('resources');
      for (const part of ['limits', 'requests'] as const) {
        const [is, was] = [resources?.[part] ?? {}, previous?.resources?.[part] ?? {}];
        for (const name of new Set([...Object.keys(is), ...Object.keys(was)])) {
          if (is[name] === was[name]) continue;
          if (!RESIZABLE.includes(name))
            errors.push(fieldForbidden(item.child(part), 'only cpu and memory resources are mutable'));
          else if (is[name] === undefined)
            errors.push(fieldForbidden(item.child(part), `resource ${part} cannot be removed`));
        }
      }
    });
  return errors;
}

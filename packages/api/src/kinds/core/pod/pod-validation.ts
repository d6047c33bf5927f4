import { type FieldError, fieldDuplicate, fieldForbidden, fieldInvalid } from '../../../machinery/field-error.ts';
import { path } from '../../../machinery/field-path.ts';
import { deepEqual } from '../../../machinery/json.ts';
import { MIRROR_POD_ANNOTATION } from '../../../machinery/mirror-pod.ts';
import type { Pod } from './pod.ts';
import { validatePodSpec } from './pod-spec-validation.ts';
import type { Toleration } from './scheduling.ts';

/** An ordinary pod never becomes a mirror pod, nor the other way round. */
const MIRROR_PATH = path('metadata').child('annotations').key(MIRROR_POD_ANNOTATION);

export function validatePod(pod: Pod): FieldError[] {
  const at = path('spec');
  const errors = validatePodSpec(pod.spec, at, true);
  const mirror = pod.metadata.annotations?.[MIRROR_POD_ANNOTATION];
  if (mirror !== undefined && !pod.spec.nodeName)
    errors.unshift(fieldInvalid(MIRROR_PATH, mirror, 'must set spec.nodeName if mirror pod annotation is set'));
  for (const field of ['containers', 'initContainers'] as const)
    pod.spec[field]?.forEach(({ image = '' }, i) => {
      if (image !== image.trim())
        errors.push(
          fieldInvalid(at.child(field).index(i).child('image'), image, 'must not have leading or trailing whitespace'),
        );
    });
  return errors;
}

const UPDATE_MESSAGE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Only images, activeDeadlineSeconds (shorter), more tolerations and fewer scheduling gates may change. */
export function validatePodUpdate(next: Pod, old: Pod): FieldError[] {
  const errors = mirrorChange(next, old);
  const at = path('spec');
  if ((next.spec.containers?.length ?? 0) !== (old.spec.containers?.length ?? 0))
    return [fieldForbidden(at.child('containers'), 'pod updates may not add or remove containers')];
  if ((next.spec.initContainers?.length ?? 0) !== (old.spec.initContainers?.length ?? 0))
    return [fieldForbidden(at.child('initContainers'), 'pod updates may not add or remove containers')];
  const { activeDeadlineSeconds: deadline } = next.spec;
  const { activeDeadlineSeconds: before } = old.spec;
  if (before !== undefined && deadline === undefined)
    errors.push(
      fieldInvalid(at.child('activeDeadlineSeconds'), null, 'must not update from a positive integer to nil value'),
    );
  if (before !== undefined && deadline !== undefined && deadline > before)
    errors.push(
      fieldInvalid(at.child('activeDeadlineSeconds'), deadline, 'must be less than or equal to previous value'),
    );
  const kept = ({ tolerationSeconds: _, ...before }: Toleration) =>
    next.spec.tolerations?.some(({ tolerationSeconds: __, ...other }) => deepEqual(other, before)) ?? false;
  if (!(old.spec.tolerations ?? []).every(kept))
    errors.push(
      fieldForbidden(at.child('tolerations'), 'existing toleration can not be modified except its tolerationSeconds'),
    );
  const gates = new Set((old.spec.schedulingGates ?? []).map(({ name }) => name));
  (next.spec.schedulingGates ?? []).forEach(({ name }, i) => {
    if (!gates.has(name))
      errors.push(
        fieldForbidden(
          at.child('schedulingGates').index(i).child('name'),
          `only deletion is allowed, but found new scheduling gate '${name}'`,
        ),
      );
  });
  if (errors.length > 0) return errors;
  if (!deepEqual(withoutMutable(next, old), withoutMutable(old, old))) return [fieldForbidden(at, UPDATE_MESSAGE)];
  return [];
}

function mirrorChange(next: Pod, old: Pod): FieldError[] {
  const [now, before] = [next, old].map(({ metadata }) => metadata.annotations?.[MIRROR_POD_ANNOTATION]);
  if (now === before) return [];
  const message =
    before === undefined ? 'may not add mirror pod annotation' : 'may not remove or update mirror pod annotation';
  return [fieldForbidden(MIRROR_PATH, message)];
}

function withoutMutable(pod: Pod, old: Pod): unknown {
  const {
    activeDeadlineSeconds: _deadline,
    tolerations: _tolerations,
    schedulingGates: _gates,
    terminationGracePeriodSeconds: grace,
    ...spec
  } = pod.spec;
  // A negative grace period may be set right to 1.
  const before = old.spec.terminationGracePeriodSeconds;
  const strip = (containers: typeof spec.containers | undefined) =>
    containers?.map(({ image: _image, ...container }) => container);
  return {
    ...spec,
    containers: strip(spec.containers),
    initContainers: strip(spec.initContainers),
    nodeName: old.spec.nodeName,
    grace: before !== undefined && before < 0 && grace === 1 ? before : grace,
    ...(pod.spec.nodeName === old.spec.nodeName ? {} : { changedNodeName: pod.spec.nodeName }),
  };
}

export function validatePodStatusUpdate(next: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const at = path('status');
  if (next.spec.nodeName !== old.spec.nodeName)
    errors.push(fieldForbidden(at.child('nodeName'), 'may not be changed directly'));
  const ips = (next.status?.podIPs ?? []).map(({ ip }) => ip);
  ips.forEach((ip, i) => {
    if (ips.indexOf(ip) !== i) errors.push(fieldDuplicate(at.child('podIPs').index(i), { ip }));
  });
  return errors;
}

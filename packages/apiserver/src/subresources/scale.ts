import { type Kind, type KubeObject, newInvalid, type ScaleMapping, scaleKind, validateObject } from '@coxswain/api';
import { objectTarget, type UpdateTarget } from '../handlers/update-target.ts';
import { editable } from '../registry/object-store.ts';

/** `/scale`: an autoscaling/v1 Scale over the kind's own fields. */
export function scaleTarget(kind: Kind, mapping: ScaleMapping<KubeObject>): UpdateTarget {
  const whole = objectTarget(kind);
  const view = (object: KubeObject): KubeObject => {
    const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
    const selector = mapping.selector(object);
    return {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      spec: { replicas: mapping.specReplicas(object) },
      status: { replicas: mapping.statusReplicas(object), ...(selector === '' ? {} : { selector }) },
    } as KubeObject;
  };
  return {
    kind: scaleKind as unknown as Kind,
    subresource: 'scale',
    view,
    merge(incoming, current) {
      const { metadata, spec } = incoming as KubeObject & { spec?: { replicas?: number } };
      const errors = validateObject(scaleKind as unknown as Kind, incoming);
      if (errors.length > 0) throw newInvalid({ group: 'autoscaling', kind: 'Scale' }, metadata.name, errors);
      const next = editable(current);
      next.metadata.resourceVersion = metadata.resourceVersion;
      next.metadata.uid = metadata.uid;
      mapping.setSpecReplicas(next, spec?.replicas ?? 0);
      return whole.merge(next, current);
    },
    validate: whole.validate,
  };
}

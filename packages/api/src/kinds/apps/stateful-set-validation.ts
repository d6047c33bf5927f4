import { type FieldError, fieldForbidden, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import type { StatefulSet, StatefulSetSpec } from './stateful-set.ts';
import { validateSelectingTemplate } from './template-validation.ts';
import { validateIntOrPercent } from './workload.ts';

export function validateStatefulSet({ spec }: StatefulSet): FieldError[] {
  const at = path('spec');
  const errors: FieldError[] = [];
  const policy = spec.podManagementPolicy ?? '';
  if (policy === '') errors.push(fieldRequired(at.child('podManagementPolicy')));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel')
    errors.push(fieldInvalid(at.child('podManagementPolicy'), policy, "must be 'OrderedReady' or 'Parallel'"));
  return [
    ...errors,
    ...validateUpdateStrategy(spec, at.child('updateStrategy')),
    ...validateSelectingTemplate('StatefulSet', { ...spec, template: withClaimVolumes(spec) }, at),
  ];
}

/** The template as its pods will be: each claim template is a volume, in place of one of that name. */
function withClaimVolumes({ template, volumeClaimTemplates = [] }: StatefulSetSpec): StatefulSetSpec['template'] {
  if (!template?.spec || volumeClaimTemplates.length === 0) return template;
  const claims = volumeClaimTemplates.map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }));
  const others = (template.spec.volumes ?? []).filter((volume) => !claims.some(({ name }) => name === volume.name));
  return { ...template, spec: { ...template.spec, volumes: [...others, ...claims] } };
}

function validateUpdateStrategy({ updateStrategy }: StatefulSetSpec, at: FieldPath): FieldError[] {
  const { type = '', rollingUpdate } = updateStrategy ?? {};
  const below = at.child('rollingUpdate');
  switch (type) {
    case '':
      return [fieldRequired(at)];
    case 'OnDelete':
      return rollingUpdate
        ? [fieldInvalid(below, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")]
        : [];
    case 'RollingUpdate': {
      const errors: FieldError[] = [];
      const { partition = 0, maxUnavailable } = rollingUpdate ?? {};
      if (partition < 0)
        errors.push(fieldInvalid(below.child('partition'), partition, 'must be greater than or equal to 0'));
      if (maxUnavailable === undefined) return errors;
      errors.push(...validateIntOrPercent(maxUnavailable, below.child('maxUnavailable'), 100));
      if (Number.parseInt(String(maxUnavailable), 10) === 0)
        errors.push(fieldInvalid(below.child('maxUnavailable'), maxUnavailable, 'cannot be 0'));
      return errors;
    }
    default:
      return [fieldInvalid(at, updateStrategy, "must be 'RollingUpdate' or 'OnDelete'")];
  }
}

const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

export function validateStatefulSetUpdate(next: StatefulSet, old: StatefulSet): FieldError[] {
  const copy: StatefulSetSpec = { ...next.spec };
  for (const field of MUTABLE) (copy as Record<string, unknown>)[field] = old.spec[field];
  if (deepEqual(copy, old.spec)) return [];
  const fields = `${MUTABLE.slice(0, -1)
    .map((field) => `'${field}'`)
    .join(', ')} and '${MUTABLE.at(-1)}'`;
  return [fieldForbidden(path('spec'), `updates to statefulset spec for fields other than ${fields} are forbidden`)];
}

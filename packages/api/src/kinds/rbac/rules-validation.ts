import { type FieldError, fieldInvalid, fieldNotSupported, fieldRequired } from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { isDns1123Subdomain, isPathSegmentName } from '../../machinery/names.ts';
import type { PolicyRule, RoleRef, Subject } from './rules.ts';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** A rule speaks of resources or of paths; only cluster roles may speak of paths. */
export function validateRules(rules: readonly PolicyRule[] | undefined, namespaced: boolean): FieldError[] {
  return (rules ?? []).flatMap((rule, i) => validateRule(rule, namespaced, path('rules').index(i)));
}

function validateRule(rule: PolicyRule, namespaced: boolean, at: FieldPath): FieldError[] {
  const { apiGroups = [], nonResourceURLs = [], resourceNames = [], resources = [], verbs = [] } = rule;
  const errors = verbs.length > 0 ? [] : [fieldRequired(at.child('verbs'), 'verbs must contain at least one value')];
  if (nonResourceURLs.length > 0) {
    if (namespaced)
      errors.push(
        fieldInvalid(
          at.child('nonResourceURLs'),
          nonResourceURLs,
          'namespaced rules cannot apply to non-resource URLs',
        ),
      );
    if (apiGroups.length + resources.length + resourceNames.length > 0)
      errors.push(
        fieldInvalid(
          at.child('nonResourceURLs'),
          nonResourceURLs,
          'rules cannot apply to both regular resources and non-resource URLs',
        ),
      );
    return errors;
  }
  if (apiGroups.length === 0)
    errors.push(fieldRequired(at.child('apiGroups'), 'resource rules must supply at least one api group'));
  if (resources.length === 0)
    errors.push(fieldRequired(at.child('resources'), 'resource rules must supply at least one resource'));
  return errors;
}

interface Binding {
  readonly roleRef: RoleRef;
  subjects?: Subject[] | undefined;
}

/** Users and groups belong to this API group, service accounts to core. */
export function defaultBinding({ subjects }: Binding): void {
  for (const subject of subjects ?? [])
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ??= RBAC_GROUP;
}

export function validateBinding({ roleRef, subjects }: Binding, roles: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  const namespaced = roles.includes('Role');
  const at = path('roleRef');
  if (roleRef) {
    if (roleRef.apiGroup !== RBAC_GROUP)
      errors.push(fieldNotSupported(at.child('apiGroup'), roleRef.apiGroup ?? '', [RBAC_GROUP]));
    if (roleRef.kind && !roles.includes(roleRef.kind))
      errors.push(fieldNotSupported(at.child('kind'), roleRef.kind, roles));
    for (const message of isPathSegmentName(roleRef.name ?? ''))
      errors.push(fieldInvalid(at.child('name'), roleRef.name, message));
  }
  (subjects ?? []).forEach((subject, i) => {
    errors.push(...validateSubject(subject, namespaced, path('subjects').index(i)));
  });
  return errors;
}

function validateSubject(
  { apiGroup = '', kind, name, namespace = '' }: Subject,
  namespaced: boolean,
  at: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  switch (kind) {
    case 'ServiceAccount':
      if (name)
        errors.push(...isDns1123Subdomain(name).map((message) => fieldInvalid(at.child('name'), name, message)));
      if (apiGroup !== '') errors.push(fieldNotSupported(at.child('apiGroup'), apiGroup, ['']));
      if (namespace === '' && !namespaced) errors.push(fieldRequired(at.child('namespace')));
      break;
    case 'User':
    case 'Group':
      if (apiGroup !== RBAC_GROUP) errors.push(fieldNotSupported(at.child('apiGroup'), apiGroup, [RBAC_GROUP]));
      break;
    default:
      if (kind) errors.push(fieldNotSupported(at.child('kind'), kind, ['ServiceAccount', 'User', 'Group']));
  }
  return errors;
}

/** A binding keeps its role: whoever may change subjects may not thereby change what they get. */
export function validateBindingUpdate(next: Binding, old: Binding): FieldError[] {
  return deepEqual(next.roleRef, old.roleRef)
    ? []
    : [fieldInvalid(path('roleRef'), next.roleRef, 'cannot change roleRef')];
}

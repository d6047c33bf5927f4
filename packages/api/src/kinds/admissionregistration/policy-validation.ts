import { type FieldError, fieldInvalid, fieldNotSupported, fieldRequired } from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { validateLabelSelector } from '../../machinery/validate-meta.ts';
import type { MatchResources, ParamKind, ParamRef } from './policy-match.ts';
import { validateRule } from './rule-validation.ts';

interface Policy {
  readonly matchConstraints?: MatchResources | undefined;
  readonly paramKind?: ParamKind | undefined;
}

/** What admission policies of both kinds share: what they match and the kind of their parameters. */
export function validatePolicy({ matchConstraints, paramKind }: Policy): FieldError[] {
  const at = path('spec');
  const errors: FieldError[] = [];
  if (paramKind)
    for (const field of ['apiVersion', 'kind'] as const)
      if (!paramKind[field]) errors.push(fieldRequired(at.child('paramKind', field)));
  const below = at.child('matchConstraints');
  if (!matchConstraints) errors.push(fieldRequired(below));
  else if (!matchConstraints.resourceRules?.length) errors.push(fieldRequired(below.child('resourceRules')));
  else errors.push(...validateMatch(matchConstraints, below));
  return errors;
}

function validateMatch(match: MatchResources, at: FieldPath): FieldError[] {
  return [
    ...validateLabelSelector(match.namespaceSelector, at.child('namespaceSelector')),
    ...validateLabelSelector(match.objectSelector, at.child('objectSelector')),
    ...(['resourceRules', 'excludeResourceRules'] as const).flatMap((field) =>
      (match[field] ?? []).flatMap((rule, i) => validateRule(rule, at.child(field).index(i))),
    ),
  ];
}

interface Binding {
  readonly matchResources?: MatchResources | undefined;
  readonly paramRef?: ParamRef | undefined;
}

export function validatePolicyBinding({ matchResources, paramRef }: Binding): FieldError[] {
  const at = path('spec', 'paramRef');
  const errors = matchResources ? validateMatch(matchResources, path('spec', 'matchResources')) : [];
  if (!paramRef) return errors;
  if (paramRef.name && paramRef.selector)
    errors.push(fieldInvalid(at.child('name'), paramRef.name, 'name and selector are mutually exclusive'));
  if (!paramRef.name && !paramRef.selector) errors.push(fieldRequired(at, 'one of name or selector must be specified'));
  if (paramRef.parameterNotFoundAction === undefined) errors.push(fieldRequired(at.child('parameterNotFoundAction')));
  return errors;
}

const ACTIONS = ['Audit', 'Deny', 'Warn'];

export function validateActions(actions: readonly string[] = []): FieldError[] {
  const at = path('spec', 'validationActions');
  const errors = actions.flatMap((action, i) =>
    ACTIONS.includes(action) ? [] : [fieldNotSupported(at.index(i), action, ACTIONS)],
  );
  if (actions.includes('Deny') && actions.includes('Warn'))
    errors.push(
      fieldInvalid(
        at,
        actions,
        'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ),
    );
  return errors;
}

/** `rules.example.com/v1/ReplicaLimit` of a policy. */
export function paramKindCell(paramKind: ParamKind | undefined): string {
  return paramKind ? `${paramKind.apiVersion}/${paramKind.kind}` : '<unset>';
}

/** `default/replica-limit` of a binding. */
export function paramRefCell(paramRef: ParamRef | undefined): string {
  if (!paramRef) return '<unset>';
  return paramRef.namespace ? `${paramRef.namespace}/${paramRef.name ?? '*'}` : (paramRef.name ?? '*');
}

import { findCondition } from '../../machinery/conditions.ts';
import { type FieldError, fieldInvalid, fieldNotSupported, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { bool, int32, list, of, str, time } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { formatAge } from '../../schema/durations.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const FlowDistinguisherMethod = struct('FlowDistinguisherMethod', {
  type: str(1).required().oneOf('ByNamespace', 'ByUser'),
});
export type FlowDistinguisherMethod = Infer<typeof FlowDistinguisherMethod>;

export const PriorityLevelConfigurationReference = struct('PriorityLevelConfigurationReference', {
  name: str(1).required(),
});
export type PriorityLevelConfigurationReference = Infer<typeof PriorityLevelConfigurationReference>;

export const NonResourcePolicyRule = struct('NonResourcePolicyRule', {
  verbs: list(1, str()).required().listSet(),
  nonResourceURLs: list(6, str()).required().listSet(),
});
export type NonResourcePolicyRule = Infer<typeof NonResourcePolicyRule>;

export const ResourcePolicyRule = struct('ResourcePolicyRule', {
  verbs: list(1, str()).required().listSet(),
  apiGroups: list(2, str()).required().listSet(),
  resources: list(3, str()).required().listSet(),
  clusterScope: bool(4),
  namespaces: list(5, str()).always().listSet(),
});
export type ResourcePolicyRule = Infer<typeof ResourcePolicyRule>;

export const GroupSubject = struct('GroupSubject', {
  name: str(1).required(),
});
export type GroupSubject = Infer<typeof GroupSubject>;

export const ServiceAccountSubject = struct('ServiceAccountSubject', {
  namespace: str(1).required(),
  name: str(2).required(),
});
export type ServiceAccountSubject = Infer<typeof ServiceAccountSubject>;

export const UserSubject = struct('UserSubject', {
  name: str(1).required(),
});
export type UserSubject = Infer<typeof UserSubject>;

export const FlowSchemaSubject = struct('Subject', {
  kind: str(1).required(),
  user: of(2, UserSubject),
  group: of(3, GroupSubject),
  serviceAccount: of(4, ServiceAccountSubject),
});
export type FlowSchemaSubject = Infer<typeof FlowSchemaSubject>;

export const PolicyRulesWithSubjects = struct('PolicyRulesWithSubjects', {
  subjects: list(1, FlowSchemaSubject).required().atomic(),
  resourceRules: list(2, ResourcePolicyRule).atomic(),
  nonResourceRules: list(3, NonResourcePolicyRule).atomic(),
});
export type PolicyRulesWithSubjects = Infer<typeof PolicyRulesWithSubjects>;

export const FlowSchemaSpec = struct('FlowSchemaSpec', {
  priorityLevelConfiguration: of(1, PriorityLevelConfigurationReference).required(),
  matchingPrecedence: int32(2).always().default(1000),
  distinguisherMethod: of(3, FlowDistinguisherMethod),
  rules: list(4, PolicyRulesWithSubjects).atomic(),
});
export type FlowSchemaSpec = Infer<typeof FlowSchemaSpec>;

export const FlowSchemaCondition = struct('FlowSchemaCondition', {
  type: str(1),
  status: str(2),
  lastTransitionTime: time(3),
  reason: str(4),
  message: str(5),
});
export type FlowSchemaCondition = Infer<typeof FlowSchemaCondition>;

export const FlowSchemaStatus = struct('FlowSchemaStatus', {
  conditions: list(1, FlowSchemaCondition).keyed('type'),
});
export type FlowSchemaStatus = Infer<typeof FlowSchemaStatus>;

export const FlowSchema = struct('FlowSchema', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, FlowSchemaSpec).expected(),
  status: of(3, FlowSchemaStatus),
});
export type FlowSchema = Infer<typeof FlowSchema>;

const MAX_PRECEDENCE = 10_000;
const SUBJECTS = { Group: 'group', ServiceAccount: 'serviceAccount', User: 'user' } as const;

export const flowSchemaKind = defineKind<FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  namespaced: false,
  struct: FlowSchema,
  prepareForCreate(schema) {
    schema.status = {};
  },
  validate: validateFlowSchema,
  subresources: { status: true },
  columns: [
    column('PriorityLevel', ({ spec }) => spec.priorityLevelConfiguration?.name ?? '<none>'),
    column('MatchingPrecedence', ({ spec }) => spec.matchingPrecedence ?? 0, 'integer'),
    column('DistinguisherMethod', ({ spec }) => spec.distinguisherMethod?.type ?? '<none>'),
    column('Age', ({ metadata }, now) => formatAge(metadata.creationTimestamp, now)),
    column('MissingPL', ({ status }) => findCondition(danglingOf(status), 'Dangling')?.status ?? '?'),
  ],
});

function danglingOf(status: FlowSchemaStatus | undefined): { type: string; status: string }[] {
  return (status?.conditions ?? []).map(({ type = '', status: value = '' }) => ({ type, status: value }));
}

function validateFlowSchema({ metadata, spec }: FlowSchema): FieldError[] {
  const errors: FieldError[] = [];
  const { matchingPrecedence = 0, rules = [] } = spec;
  if (matchingPrecedence <= 0 || matchingPrecedence > MAX_PRECEDENCE)
    errors.push(
      fieldInvalid(
        path('spec', 'matchingPrecedence'),
        matchingPrecedence,
        matchingPrecedence <= 0 ? 'must be a positive value' : `must not be greater than ${MAX_PRECEDENCE}`,
      ),
    );
  if (matchingPrecedence === 1 && metadata.name !== 'exempt')
    errors.push(
      fieldInvalid(
        path('spec', 'matchingPrecedence'),
        1,
        "only the schema named 'exempt' may have matchingPrecedence 1",
      ),
    );
  rules.forEach(({ nonResourceRules, resourceRules, subjects }, i) => {
    const at = path('spec', 'rules').index(i);
    subjects?.forEach((subject, j) => {
      const below = at.child('subjects').index(j);
      if (!subject.kind) return;
      if (!Object.hasOwn(SUBJECTS, subject.kind))
        errors.push(fieldNotSupported(below.child('kind'), subject.kind, Object.keys(SUBJECTS)));
      else if (!subject[SUBJECTS[subject.kind as keyof typeof SUBJECTS]])
        errors.push(
          fieldRequired(
            below.child(SUBJECTS[subject.kind as keyof typeof SUBJECTS]),
            `${SUBJECTS[subject.kind as keyof typeof SUBJECTS]} is required when subject kind is '${subject.kind}'`,
          ),
        );
    });
    if (!nonResourceRules?.length && !resourceRules?.length)
      errors.push(fieldRequired(at, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  });
  return errors;
}

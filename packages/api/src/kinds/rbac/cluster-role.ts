import { fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isPathSegmentName } from '../../machinery/names.ts';
import { list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { PolicyRule } from './rules.ts';
import { validateRules } from './rules-validation.ts';

export const AggregationRule = struct('AggregationRule', {
  clusterRoleSelectors: list(1, LabelSelector).atomic(),
});
export type AggregationRule = Infer<typeof AggregationRule>;

export const ClusterRole = struct('ClusterRole', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  rules: list(2, PolicyRule).always().atomic(),
  aggregationRule: of(3, AggregationRule),
});
export type ClusterRole = Infer<typeof ClusterRole>;

export const clusterRoleKind = defineKind<ClusterRole>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  struct: ClusterRole,
  createOnUpdate: true,
  nameRule: isPathSegmentName,
  validate: ({ aggregationRule, rules }) => [
    ...validateRules(rules, false),
    ...(aggregationRule && !aggregationRule.clusterRoleSelectors?.length
      ? [
          fieldRequired(
            path('aggregationRule', 'clusterRoleSelectors'),
            'at least one clusterRoleSelector required if aggregationRule is non-nil',
          ),
        ]
      : []),
  ],
  columns: [column('Created At', ({ metadata }) => metadata.creationTimestamp, 'date')],
});

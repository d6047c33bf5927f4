import type { LabelSelector, Node, NodeSelectorRequirement, NodeSelectorTerm, Pod } from '@coxswain/api';

type Labels = Readonly<Record<string, string>>;

/** A label selector: absent means none, empty means all. */
export function selects(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (!selector) return false;
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((each) => meets(each, labels));
}

/** `spec.nodeSelector` and the required node affinity, of which one term is enough. */
export function matchesNode({ spec }: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (Object.entries(spec.nodeSelector ?? {}).some(([key, value]) => labels[key] !== value)) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || required.nodeSelectorTerms.some((term) => matchesNodeTerm(term, node));
}

/** All taints that keep pods away, each of them tolerated. */
export function toleratesAll({ spec }: Pod, taints: NonNullable<Node['spec']>['taints']): boolean {
  return (taints ?? [])
    .filter(({ effect }) => effect !== 'PreferNoSchedule')
    .every(({ key, value = '', effect }) =>
      (spec.tolerations ?? []).some(
        (each) =>
          (!each.effect || each.effect === effect) &&
          (!each.key || each.key === key) &&
          (each.operator === 'Exists' || (each.key && (each.value ?? '') === value)),
      ),
    );
}

function matchesNodeTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const fields = { 'metadata.name': node.metadata.name };
  return (
    matchExpressions.every((each) => meets(each, node.metadata.labels ?? {})) &&
    matchFields.every((each) => meets(each, fields))
  );
}

/** `NotIn` and `DoesNotExist` are met by what lacks the label; `Gt` and `Lt` compare whole numbers. */
function meets(
  { key, operator, values = [] }: Omit<NodeSelectorRequirement, 'operator'> & { operator: string },
  labels: Labels,
): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      throw new Error(`no operator ${operator}`);
  }
}

import type { NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '@coxswain/api';

export interface NodeLike {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether the node is one that nodeSelector and the required node affinity allow. */
export function matchesRequired({ nodeSelector, affinity }: PodSpec, node: NodeLike): boolean {
  for (const key in nodeSelector) if (node.labels[key] !== nodeSelector[key]) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

/** All expressions of a term must hold; an empty term matches nothing. */
export function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: NodeLike): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  for (const expression of matchExpressions) {
    const value = Object.hasOwn(node.labels, expression.key) ? node.labels[expression.key] : undefined;
    if (!matches(expression, value)) return false;
  }
  return matchFields.every((field) => field.key === 'metadata.name' && matches(field, node.name));
}

function matches({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
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
      return isWhole(value) && isWhole(values[0]) && BigInt(value) > BigInt(values[0]);
    case 'Lt':
      return isWhole(value) && isWhole(values[0]) && BigInt(value) < BigInt(values[0]);
    default:
      return false;
  }
}

function isWhole(text: string | undefined): text is string {
  return text !== undefined && /^[+-]?\d{1,19}$/.test(text);
}

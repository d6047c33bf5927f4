/** What a node selector looks at. */
export interface NodeLike {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | undefined;
}

interface Term {
  readonly matchExpressions?: readonly Requirement[] | undefined;
  readonly matchFields?: readonly Requirement[] | undefined;
}

interface Selector {
  readonly nodeSelectorTerms?: readonly Term[] | undefined;
}

interface Placement {
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined;
  readonly affinity?:
    | {
        readonly nodeAffinity?:
          | { readonly requiredDuringSchedulingIgnoredDuringExecution?: Selector | undefined }
          | undefined;
      }
    | undefined;
}

/** A Node object as selectors see it. */
export function nodeLike({
  metadata,
}: {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> | undefined };
}): NodeLike {
  return { name: metadata.name, labels: metadata.labels ?? {} };
}

/** Whether the node is one that a pod spec's nodeSelector and required node affinity allow. */
export function matchesNodeAffinity({ nodeSelector, affinity }: Placement, node: NodeLike): boolean {
  for (const key in nodeSelector) if (node.labels[key] !== nodeSelector[key]) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || matchesNodeSelector(required, node);
}

/** Whether any of the terms holds: none holds where there are none. */
export function matchesNodeSelector({ nodeSelectorTerms = [] }: Selector, node: NodeLike): boolean {
  return nodeSelectorTerms.some((term) => matchesNodeSelectorTerm(term, node));
}

/** All requirements of a term must hold; a term without any matches nothing. The only field is metadata.name. */
export function matchesNodeSelectorTerm(term: Term, node: NodeLike): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  for (const expression of matchExpressions) {
    const value = Object.hasOwn(node.labels, expression.key) ? node.labels[expression.key] : undefined;
    if (!holds(expression, value)) return false;
  }
  return matchFields.every((field) => field.key === 'metadata.name' && holds(field, node.name));
}

function holds({ operator, values = [] }: Requirement, value: string | undefined): boolean {
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
  return text !== undefined && /^-?\d{1,19}$/.test(text);
}

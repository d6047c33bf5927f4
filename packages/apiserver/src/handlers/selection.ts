import {
  type FieldSelector,
  type Kind,
  newBadRequest,
  parseFieldSelector,
  parseLabelSelector,
  type Selector,
  SelectorError,
} from '@coxswain/api';
import type { CacheEntry, EntryPredicate, ReadScope } from '../cache/resource-cache.ts';
import type { RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { viewOf } from './view-of.ts';

/**
 * Which objects of a collection the query's selectors choose.
 * @throws StatusError BadRequest on a selector that can't be read or a field that the kind doesn't select by
 */
export function selectionOf({ query }: RequestContext, { kind, namespace, name }: ResourceRequest): ReadScope {
  const labels = parse(query.get('labelSelector') ?? '', parseLabelSelector);
  const fields = parse(query.get('fieldSelector') ?? '', parseFieldSelector);
  for (const { field } of fields.requirements) checkField(kind, field);
  const chosenName = name || fields.requiresExactMatch('metadata.name');
  const inNamespace = namespace || (kind.namespaced ? fields.requiresExactMatch('metadata.namespace') : undefined);
  const predicate = predicateOf(kind, labels, fields);
  return {
    ...(inNamespace ? { namespace: inNamespace } : {}),
    ...(chosenName === undefined ? {} : { name: chosenName }),
    ...(predicate ? { predicate } : {}),
  };
}

function parse<T>(text: string, parser: (text: string) => T): T {
  try {
    return parser(text);
  } catch (error) {
    if (error instanceof SelectorError) throw newBadRequest(error.message);
    throw error;
  }
}

function checkField(kind: Kind, field: string): void {
  if (field === 'metadata.name' || (field === 'metadata.namespace' && kind.namespaced)) return;
  if (kind.fieldSelectors && Object.hasOwn(kind.fieldSelectors, field)) return;
  throw newBadRequest(
    kind.fieldSelectors
      ? `field label not supported: ${field}`
      : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}

function predicateOf(kind: Kind, labels: Selector, fields: FieldSelector): EntryPredicate | undefined {
  const byName = fields.requirements.every(({ field, operator }) => field === 'metadata.name' && operator === '=');
  const needsFields = !fields.isEmpty() && !(byName && fields.requirements.length === 1);
  const needsLabels = !labels.isEmpty();
  if (!needsFields && !needsLabels) return undefined;
  const fieldOf = fieldReader(kind);
  return (entry) =>
    (!needsLabels || labels.matches(entry.labels)) &&
    (!needsFields || fields.matches((field) => fieldOf(entry, field)));
}

/** Fields come with the entry; those of a view of another kind are read from the view. */
function fieldReader(kind: Kind): (entry: CacheEntry, field: string) => string {
  if (!kind.storedAs) return (entry, field) => entry.fields[field] ?? '';
  return (entry, field) => {
    if (field === 'metadata.name') return entry.name;
    if (field === 'metadata.namespace') return entry.namespace;
    return kind.fieldSelectors?.[field]?.(viewOf(kind, entry).object) ?? '';
  };
}

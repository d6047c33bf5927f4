import { isDns1123Label } from '../../machinery/names.ts';
import { list, of, str, time } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const NamespaceSpec = struct('NamespaceSpec', {
  finalizers: list(1, str()).atomic(),
});
export type NamespaceSpec = Infer<typeof NamespaceSpec>;

export const NamespaceCondition = struct('NamespaceCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastTransitionTime: time(4),
  reason: str(5),
  message: str(6),
});
export type NamespaceCondition = Infer<typeof NamespaceCondition>;

export const NamespaceStatus = struct('NamespaceStatus', {
  phase: str(1).oneOf('Active', 'Terminating').default('Active'),
  conditions: list(2, NamespaceCondition).keyed('type'),
});
export type NamespaceStatus = Infer<typeof NamespaceStatus>;

export const Namespace = struct('Namespace', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, NamespaceSpec).expected(),
  status: of(3, NamespaceStatus),
});
export type Namespace = Infer<typeof Namespace>;

export const namespaceKind = defineKind<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  struct: Namespace,
  nameRule: isDns1123Label,
  hasGeneration: false,
  defaults(namespace) {
    // The name as a label, so that selectors can tell namespaces apart (KEP-2161).
    if (!namespace.metadata.name) return;
    namespace.metadata.labels ??= {};
    namespace.metadata.labels['kubernetes.io/metadata.name'] = namespace.metadata.name;
  },
  prepareForCreate(namespace) {
    namespace.status = { phase: 'Active' };
    const finalizers = namespace.spec?.finalizers ?? [];
    namespace.spec = { finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] };
  },
  prepareForUpdate(next, old) {
    // Finalizers of the spec change through /finalize only.
    next.spec = old.spec;
  },
  subresources: {
    status: true,
    others: { finalize: { kind: ['', 'v1', 'Namespace'], verbs: ['update'] } },
  },
  fieldSelectors: { 'status.phase': (namespace) => namespace.status?.phase ?? '' },
  columns: [column('Status', (namespace) => namespace.status?.phase)],
});

import type { ClusterRoleBinding, RoleBinding } from '@coxswain/api';
import type { UserInfo } from '../../authentication/user-info.ts';

type Binding = RoleBinding | ClusterRoleBinding;
type Subject = NonNullable<Binding['subjects']>[number];

/** A binding and the subject of it that was looked for. */
export interface Bound {
  readonly binding: Binding;
  readonly subject: Subject;
}

/** Bindings by namespace ('' for those of the cluster) and subject, so that a request looks at none but its own. */
export class BindingIndex {
  readonly #bySubject = new Map<string, Map<string, Bound>>();
  readonly #subjectsOf = new Map<string, readonly string[]>();

  set(binding: Binding): void {
    const id = idOf(binding);
    this.delete(binding);
    const { namespace = '' } = binding.metadata;
    const keys: string[] = [];
    for (const subject of binding.subjects ?? []) {
      const key = `${namespace}\n${subjectKey(subject, namespace)}`;
      const bound = this.#bySubject.get(key) ?? new Map<string, Bound>();
      this.#bySubject.set(key, bound.set(id, { binding, subject }));
      keys.push(key);
    }
    this.#subjectsOf.set(id, keys);
  }

  delete(binding: Binding): void {
    this.#forget(idOf(binding));
  }

  #forget(id: string): void {
    for (const key of this.#subjectsOf.get(id) ?? []) {
      const bound = this.#bySubject.get(key);
      bound?.delete(id);
      if (bound?.size === 0) this.#bySubject.delete(key);
    }
    this.#subjectsOf.delete(id);
  }

  /** Forgets all but these. */
  keepOnly(bindings: Iterable<Binding>): void {
    const kept = new Set([...bindings].map(idOf));
    for (const id of [...this.#subjectsOf.keys()]) if (!kept.has(id)) this.#forget(id);
  }

  /** Of one namespace, or of the cluster for ''. */
  *boundTo({ name, groups }: UserInfo, namespace: string): Iterable<Bound> {
    const prefix = `${namespace}\n`;
    yield* this.#bySubject.get(`${prefix}User:${name}`)?.values() ?? [];
    for (const group of groups) yield* this.#bySubject.get(`${prefix}Group:${group}`)?.values() ?? [];
  }
}

function idOf({ metadata }: Binding): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function subjectKey({ kind, name, namespace }: Subject, ownNamespace: string): string {
  if (kind === 'ServiceAccount') return `User:system:serviceaccount:${namespace || ownNamespace}:${name}`;
  return `${kind}:${name}`;
}

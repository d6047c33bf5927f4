import type { FieldType, Kind, Struct } from '@coxswain/api';

/** Types of meta/v1, which every group shares. */
const META = new Set(
  (
    'ObjectMeta OwnerReference ManagedFieldsEntry LabelSelector LabelSelectorRequirement ListMeta ShardInfo Condition ' +
    'DeleteOptions Preconditions Status StatusDetails StatusCause'
  ).split(' '),
);

/**
 * Upstream's names of all structs that the kinds reach: `io.k8s.api.core.v1.PodSpec`. A struct that several groups use
 * belongs to the first that does, core before all.
 */
export class DefinitionNames {
  readonly #names = new Map<Struct, string>();
  readonly #taken = new Set<string>();

  constructor(kinds: readonly Kind[]) {
    const coreFirst = [...kinds].sort((a, b) => Number(a.group !== '') - Number(b.group !== ''));
    for (const { group, version, struct } of coreFirst) this.#visit(struct, packageOf(group, version));
  }

  /** Throws for a struct that no kind reaches. */
  nameOf(struct: Struct): string {
    const name = this.#names.get(struct);
    if (name === undefined) throw new Error(`no kind reaches struct ${struct.name}`);
    return name;
  }

  has(struct: Struct): boolean {
    return this.#names.has(struct);
  }

  #visit(struct: Struct, home: string): void {
    if (this.#names.has(struct)) return;
    let name = META.has(struct.name) ? `io.k8s.apimachinery.pkg.apis.meta.v1.${struct.name}` : `${home}.${struct.name}`;
    while (this.#taken.has(name)) name += '_';
    this.#taken.add(name);
    this.#names.set(struct, name);
    for (const field of Object.values(struct.fields)) {
      const inner = structIn(field.spec.type);
      if (inner) this.#visit(inner, home);
    }
  }
}

/** The struct at the bottom of a list or map, if there is one. */
export function structIn(type: FieldType): Struct | undefined {
  switch (type.kind) {
    case 'struct':
      return type.struct;
    case 'list':
      return structIn(type.element);
    case 'map':
      return structIn(type.value);
    case 'scalar':
      return undefined;
    default:
      return type satisfies never;
  }
}

const ELSEWHERE: Readonly<Record<string, string>> = {
  'apiextensions.k8s.io': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  'apiregistration.k8s.io': 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
};

/** `io.k8s.api.core.v1`, `io.k8s.api.networking.v1`. */
function packageOf(group: string, version: string): string {
  const elsewhere = ELSEWHERE[group];
  if (elsewhere !== undefined) return `${elsewhere}.${version}`;
  return `io.k8s.api.${group === '' ? 'core' : group.split('.')[0]}.${version}`;
}

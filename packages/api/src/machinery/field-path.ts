/** Where a field stands in an object, written `spec.ports[0].name` or `metadata.labels[app]`. Immutable. */
export class FieldPath {
  readonly #parent: FieldPath | undefined;
  readonly #segment: string;
  readonly #isName: boolean;

  constructor(parent: FieldPath | undefined, segment: string, isName = false) {
    this.#parent = parent;
    this.#segment = segment;
    this.#isName = isName;
  }

  /** The path of fields below this one; below the empty path the first name stands alone. */
  child(name: string, ...below: string[]): FieldPath {
    let at = new FieldPath(this, name, true);
    for (const each of below) at = new FieldPath(at, each, true);
    return at;
  }

  index(index: number): FieldPath {
    return new FieldPath(this, `[${index}]`);
  }

  key(key: string): FieldPath {
    return new FieldPath(this, `[${key}]`);
  }

  toString(): string {
    const above = this.#parent?.toString() ?? '';
    return this.#isName && above !== '' ? `${above}.${this.#segment}` : above + this.#segment;
  }
}

/** `path('spec', 'ports')` is `spec.ports`; `path()` is the object itself, from which `child` starts a root. */
export function path(...names: string[]): FieldPath {
  return names.reduce((at, name) => at.child(name), new FieldPath(undefined, ''));
}

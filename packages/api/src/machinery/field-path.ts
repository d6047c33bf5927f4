/** Where a field stands in an object, written `spec.ports[0].name` or `metadata.labels[app]`. Immutable. */
export class FieldPath {
  readonly #parent: FieldPath | undefined;
  readonly #segment: string;

  constructor(parent: FieldPath | undefined, segment: string) {
    this.#parent = parent;
    this.#segment = segment;
  }

  /** The path of fields below this one; below the empty path the first name stands alone. */
  child(...names: string[]): FieldPath {
    let at: FieldPath = this;
    for (const name of names) at = new FieldPath(at, at.#isEmpty() ? name : `.${name}`);
    return at;
  }

  index(index: number): FieldPath {
    return new FieldPath(this, `[${index}]`);
  }

  key(key: string): FieldPath {
    return new FieldPath(this, `[${key}]`);
  }

  toString(): string {
    if (this.#parent === undefined) return this.#segment;
    return this.#parent.toString() + this.#segment;
  }

  #isEmpty(): boolean {
    return this.#parent === undefined && this.#segment === '';
  }
}

/** `path('spec', 'ports')` is `spec.ports`; `path()` is the object itself, from which `child` starts a root. */
export function path(...names: string[]): FieldPath {
  return new FieldPath(undefined, '').child(...names);
}

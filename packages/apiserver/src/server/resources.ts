import type { Kind } from '@coxswain/api';

/** The served kinds, looked up by path; the order of `kinds` is the order of discovery. */
export class Resources {
  readonly kinds: readonly Kind[];
  readonly #byPath = new Map<string, Kind>();
  readonly #groupVersions = new Set<string>();

  constructor(kinds: readonly Kind[]) {
    this.kinds = kinds;
    for (const kind of kinds) {
      this.#byPath.set(pathKey(kind.group, kind.version, kind.plural), kind);
      this.#groupVersions.add(`${kind.group}/${kind.version}`);
    }
  }

  find(group: string, version: string, plural: string): Kind | undefined {
    return this.#byPath.get(pathKey(group, version, plural));
  }

  serves(group: string, version: string): boolean {
    return this.#groupVersions.has(`${group}/${version}`);
  }

  /** Groups without core, each with its versions in the order of preference. */
  groups(): { readonly name: string; readonly versions: readonly string[] }[] {
    const groups = new Map<string, string[]>();
    for (const { group, version } of this.kinds) {
      if (group === '') continue;
      const versions = groups.get(group) ?? [];
      if (!versions.includes(version)) versions.push(version);
      groups.set(group, versions);
    }
    return [...groups].map(([name, versions]) => ({ name, versions: versions.sort(compareVersions) }));
  }

  ofGroupVersion(group: string, version: string): readonly Kind[] {
    return this.kinds.filter((kind) => kind.group === group && kind.version === version);
  }
}

function pathKey(group: string, version: string, plural: string): string {
  return `${group}/${version}/${plural}`;
}

const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

/** Upstream's order: v2 before v1 before v1beta2 before v1beta1 before v1alpha1. */
export function compareVersions(a: string, b: string): number {
  const left = VERSION.exec(a);
  const right = VERSION.exec(b);
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : 1;
  const stability = (match: RegExpExecArray) => ({ alpha: 2, beta: 1 })[match[2] ?? ''] ?? 0;
  return (
    stability(left) - stability(right) ||
    Number(right[1]) - Number(left[1]) ||
    Number(right[3] ?? 0) - Number(left[3] ?? 0)
  );
}

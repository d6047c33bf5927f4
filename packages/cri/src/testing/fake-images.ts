import { createHash } from 'node:crypto';
import { CriError } from '../cri-error.ts';

interface FakeImage {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly size: number;
}

/** The fake runtime's image store; every name can be pulled unless `fail` says otherwise. */
export class FakeImages {
  readonly #images = new Map<string, FakeImage>();
  readonly #failures = new Map<string, CriError>();

  constructor(names: readonly string[]) {
    for (const name of names) this.pull(name);
  }

  /** Pulls of `name` fail with `error` from now on. */
  fail(name: string, error = new CriError('NOT_FOUND', `failed to pull image "${name}": not found`)): void {
    this.#failures.set(spelled(name), error);
  }

  find(name: string): FakeImage | undefined {
    const direct = this.#images.get(spelled(name));
    return direct ?? [...this.#images.values()].find((image) => image.id === name);
  }

  list(name?: string): FakeImage[] {
    if (!name) return [...this.#images.values()];
    const found = this.find(name);
    return found ? [found] : [];
  }

  pull(name: string): FakeImage {
    const tag = spelled(name);
    const failure = this.#failures.get(tag);
    if (failure) throw failure;
    const digest = createHash('sha256').update(tag).digest('hex');
    const repoDigest = `${tag.replace(/:[^/:]*$/, '')}@sha256:${digest}`;
    const image = { id: `sha256:${digest}`, repoTags: [tag], repoDigests: [repoDigest], size: 1 << 20 };
    this.#images.set(tag, image);
    return image;
  }

  remove(name: string): void {
    const image = this.find(name);
    if (image) for (const tag of image.repoTags) this.#images.delete(tag);
  }
}

function spelled(name: string): string {
  const short = name.replace(/^docker\.io\//, '').replace(/^library\//, '');
  return /[:@][^/]*$/.test(short) ? short : `${short}:latest`;
}

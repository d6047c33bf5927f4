import type { DockerEngine } from './docker/docker-engine.ts';

/** What a container's status says about its image. */
export interface ImageNaming {
  readonly tag: string;
  /** `repo@sha256:…` where the image came from a registry, else its id. */
  readonly ref: string;
}

const LIMIT = 1000;

/** Tags and digests by image id, remembered: every container status wants them. */
export class ImageNames {
  readonly #engine: DockerEngine;
  readonly #known = new Map<string, ImageNaming>();

  constructor(engine: DockerEngine) {
    this.#engine = engine;
  }

  async of(imageId: string): Promise<ImageNaming> {
    const known = this.#known.get(imageId);
    if (known) return known;
    const image = await this.#engine.inspectImage(imageId);
    const naming = { tag: image?.RepoTags?.[0] ?? '', ref: image?.RepoDigests?.[0] ?? imageId };
    if (this.#known.size >= LIMIT) this.#known.clear();
    if (naming.tag !== '') this.#known.set(imageId, naming);
    return naming;
  }

  /** Images were pulled, tagged or removed. */
  forget(): void {
    this.#known.clear();
  }
}

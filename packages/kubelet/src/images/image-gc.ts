import type { CriClient } from '@coxswain/cri';
import type { Clock, Logger } from '@coxswain/foundation';
import type { KubeletEvents } from '../events/pod-events.ts';
import type { FilesystemStats } from '../stats/node-stats.ts';
import { type ImageRecord, planImageGc } from './plan-image-gc.ts';

export interface ImageGcOptions {
  readonly cri: Pick<CriClient, 'listImages' | 'listContainers' | 'removeImage'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: KubeletEvents;
  readonly nodeName: string;
  /** Of the images' filesystem. */
  readonly imagefs: () => Promise<FilesystemStats | undefined>;
  /** Percent of use above which images go, and down to which; 100 never. */
  readonly highThresholdPercent: number;
  readonly lowThresholdPercent: number;
  /** Milliseconds. */
  readonly minAgeMs: number;
  /** Milliseconds after its last use that an image goes anyhow; 0 never (`imageMaximumGCAge`). */
  readonly maxAgeMs: number;
  /** Milliseconds between rounds; 5 minutes unless given. */
  readonly periodMs?: number;
}

/** Deletes images that nobody uses when their disk fills up. */
export class ImageGarbageCollector {
  readonly #options: ImageGcOptions;
  readonly #seen = new Map<string, { firstSeen: number; lastUsed: number }>();

  constructor(options: ImageGcOptions) {
    this.#options = options;
  }

  /** A first round at once: an image that was there before the kubelet is old enough to go. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, periodMs = 300_000, highThresholdPercent, maxAgeMs } = this.#options;
    if (highThresholdPercent >= 100 && maxAgeMs <= 0) return;
    await this.#detect(0).catch(() => {});
    let failed = false;
    while (!signal.aborted) {
      try {
        await this.collect();
        failed = false;
      } catch (err) {
        log.warn({ err }, 'image garbage collection failed');
        // Said from the second time on: at first the runtime may not know yet.
        if (failed) this.#say('ImageGCFailed', err instanceof Error ? err.message : String(err));
        failed = true;
      }
      await clock.sleep(periodMs, signal).catch(() => {});
    }
  }

  /**
   * One round.
   * @throws Error when not enough could be freed
   */
  async collect(): Promise<void> {
    const { imagefs, highThresholdPercent: high, lowThresholdPercent: low, maxAgeMs, clock } = this.#options;
    const images = await this.#detect();
    if (maxAgeMs > 0) {
      const now = clock.now();
      const old = images.filter(({ lastUsed, firstSeen }) => now - Math.max(lastUsed, firstSeen) > maxAgeMs);
      await this.#delete(planImageGc(old, { now, toFree: Infinity, minAgeMs: this.#options.minAgeMs }));
    }
    const fs = await imagefs();
    if (!fs || fs.capacity === 0) throw new Error('invalid capacity 0 on image filesystem');
    const used = 100 - Math.floor((fs.available * 100) / fs.capacity);
    if (used < high) return;
    const toFree = (fs.capacity * (100 - low)) / 100 - fs.available;
    const freed = await this.#delete(
      planImageGc(images, { now: clock.now(), toFree, minAgeMs: this.#options.minAgeMs }),
    );
    if (freed >= toFree) return;
    const message = `Insufficient free disk space on the node's image filesystem (${used.toFixed(1)}% of ${gibibytes(fs.capacity)} used). Failed to free sufficient space by deleting unused images (freed ${freed} bytes). Consider resizing the disk or deleting unused files.`;
    this.#say('FreeDiskSpaceFailed', message);
    throw new Error(message);
  }

  /** Deletes all images that no container uses, however young. */
  async deleteUnused(): Promise<number> {
    const { clock } = this.#options;
    const images = await this.#detect();
    return this.#delete(planImageGc(images, { now: clock.now(), toFree: Infinity, minAgeMs: 0 }));
  }

  /** `firstSeen` is what counts for images that were not seen before; now unless given. */
  async #detect(firstSeen?: number): Promise<ImageRecord[]> {
    const { cri, clock } = this.#options;
    const [{ images }, { containers }] = await Promise.all([cri.listImages({}), cri.listContainers({})]);
    const now = clock.now();
    const used = new Set(containers.flatMap(({ imageId, imageRef, image }) => [imageId, imageRef, image?.image ?? '']));
    const records = images.map(({ id, size, pinned, repoTags, repoDigests }) => {
      const inUse = [id, ...repoTags, ...repoDigests].some((name) => used.has(name));
      const before = this.#seen.get(id) ?? { firstSeen: firstSeen ?? now, lastUsed: 0 };
      if (inUse) before.lastUsed = now;
      this.#seen.set(id, before);
      return { id, size, pinned, inUse, ...before };
    });
    const present = new Set(images.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!present.has(id)) this.#seen.delete(id);
    return records;
  }

  /** Bytes freed. */
  async #delete(images: readonly ImageRecord[]): Promise<number> {
    const { cri, log } = this.#options;
    let freed = 0;
    for (const { id, size } of images) {
      try {
        await cri.removeImage({ image: { image: id } });
        freed += size;
        log.info({ image: id, size }, 'image garbage collection removed an image');
      } catch (err) {
        log.debug({ err, image: id }, 'failed to remove image');
      }
    }
    return freed;
  }

  #say(reason: string, message: string): void {
    const { events, nodeName } = this.#options;
    events.node({ metadata: { name: nodeName } }, 'Warning', reason, message);
  }
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

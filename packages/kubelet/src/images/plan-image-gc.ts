/** An image of the node as garbage collection sees it. Times are milliseconds since the epoch. */
export interface ImageRecord {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  readonly firstSeen: number;
  /** 0 for never. */
  readonly lastUsed: number;
  readonly inUse: boolean;
  readonly pinned: boolean;
}

export interface ImageGcBounds {
  readonly now: number;
  /** Bytes to free; Infinity for all that nobody uses. */
  readonly toFree: number;
  /** Milliseconds; younger images stay (`imageMinimumGCAge`). */
  readonly minAgeMs: number;
}

/** Pure: what to delete, the longest unused first, until enough is free. */
export function planImageGc(images: readonly ImageRecord[], { now, toFree, minAgeMs }: ImageGcBounds): ImageRecord[] {
  const candidates = images
    .filter(
      ({ inUse, pinned, firstSeen, lastUsed }) => !inUse && !pinned && lastUsed < now && now - firstSeen >= minAgeMs,
    )
    .sort((a, b) => a.lastUsed - b.lastUsed || a.firstSeen - b.firstSeen);
  const chosen: ImageRecord[] = [];
  let freed = 0;
  for (const image of candidates) {
    if (freed >= toFree) break;
    chosen.push(image);
    freed += image.size;
  }
  return chosen;
}

import type { WatchEncoding, WatchEvent } from './resource-cache.ts';
import { SharedEvent } from './shared-event.ts';

/** One buffer with the frames of a batch; watchers that got the same events get the same buffer. */
export function joinFrames(events: readonly WatchEvent[], encoding: WatchEncoding): Buffer {
  const last = events.at(-1);
  if (!last) return Buffer.alloc(0);
  if (events.length === 1) return last.frame(encoding);
  if (last instanceof SharedEvent) return last.join(events, encoding);
  return Buffer.concat(events.map((event) => event.frame(encoding)));
}

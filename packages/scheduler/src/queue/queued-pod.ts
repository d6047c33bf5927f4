import type { PodInfo } from '../cache/pod-info.ts';

/** A pod that waits for a node, and its history in the queue. */
export interface QueuedPod {
  info: PodInfo;
  /** When it was put into the queue last; milliseconds since the epoch. */
  timestamp: number;
  /** Tells apart what was queued in the same millisecond. */
  sequence: number;
  /** Decisions so far. */
  attempts: number;
  /** When the first decision began. */
  firstAttempt: number | undefined;
  /** Plugins that rejected it last; empty after an error. */
  rejectedBy: ReadonlySet<string>;
  /** The PreEnqueue plugin that keeps it out of the queue. */
  gatedBy: string | undefined;
}

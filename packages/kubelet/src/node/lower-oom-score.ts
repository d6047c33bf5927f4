import { writeFile } from 'node:fs/promises';
import type { Logger } from '@coxswain/foundation';

/** Asks the kernel to spare the kubelet (-999). A machine may forbid it; that is said once and lived with. */
export async function lowerOomScore(log: Logger): Promise<void> {
  try {
    await writeFile('/proc/self/oom_score_adj', '-999');
  } catch {
    log.info('oom_score_adj can not be lowered on this machine, running without');
  }
}

import type { Clock } from '@coxswain/foundation';
import type { KubeletEvents } from '@coxswain/kubelet';

/** Lets `burst` events through at once and `qps` a second; the others are lost, as with a kubelet's --event-qps. */
export function limitEvents(
  events: KubeletEvents,
  { qps, burst, clock }: { readonly qps: number; readonly burst: number; readonly clock: Clock },
): KubeletEvents {
  let left = burst;
  let at = clock.now();
  const allow = () => {
    const now = clock.now();
    left = Math.min(burst, left + ((now - at) / 1000) * qps);
    at = now;
    if (left < 1) return false;
    left--;
    return true;
  };
  return {
    pod: (...event) => void (allow() && events.pod(...event)),
    container: (...event) => void (allow() && events.container(...event)),
    node: (...event) => void (allow() && events.node(...event)),
  };
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A signal that aborts with its parent or by its own controller; the parent holds no listener afterwards. */
export function childController(parent: AbortSignal): AbortController {
  const controller = new AbortController();
  const follow = () => controller.abort(parent.reason);
  if (parent.aborted) follow();
  else {
    parent.addEventListener('abort', follow, { once: true });
    controller.signal.addEventListener('abort', () => parent.removeEventListener('abort', follow), { once: true });
  }
  return controller;
}

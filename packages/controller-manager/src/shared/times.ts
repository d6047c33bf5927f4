/** RFC 3339 with seconds, as metav1.Time writes it. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Oldest first by creation, then by name. */
export function byCreation<T extends { metadata: { name: string; creationTimestamp?: string | undefined } }>(
  a: T,
  b: T,
): number {
  const left = a.metadata.creationTimestamp ?? '';
  const right = b.metadata.creationTimestamp ?? '';
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;
}

/** Upstream's bounds, in characters: of each text when all are too long together, and of all. */
const ITEM = 256;
const TOTAL = 4096;

/** As many of the warnings as clients can be expected to read, each once. Pure. */
export function truncateWarnings(warnings: readonly string[]): string[] {
  const unique = [...new Set(warnings)];
  const length = (texts: readonly string[]) => texts.reduce((sum, text) => sum + text.length, 0);
  if (length(unique) <= TOTAL) return unique;
  const kept: string[] = [];
  for (const text of unique) {
    const short = text.slice(0, ITEM);
    if (length(kept) + short.length > TOTAL) break;
    kept.push(short);
  }
  return kept;
}

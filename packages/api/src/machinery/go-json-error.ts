/** Go's words for the common ways in which JSON is broken; the engine's own otherwise. */
export function goJsonError(text: string, why: string): string {
  if (/Unexpected end/.test(why)) return 'unexpected end of JSON input';
  const match = /position (\d+)/.exec(why);
  if (match) {
    const character = text[Number(match[1])];
    if (character === undefined) return 'unexpected end of JSON input';
    return `invalid character '${character === "'" ? "\\'" : character}' looking for beginning of value`;
  }
  return why;
}

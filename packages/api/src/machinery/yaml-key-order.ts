const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;

/** The order of keys in upstream's YAML: by characters, letters after the rest, numbers inside names by value. */
export function compareYamlKeys(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const l = left[i] as string;
    const r = right[i] as string;
    if (l !== r) return compareFrom(left, right, i);
  }
  return left.length - right.length;
}

function compareFrom(left: readonly string[], right: readonly string[], i: number): number {
  const l = left[i] as string;
  const r = right[i] as string;
  const isLetter = [LETTER.test(l), LETTER.test(r)];
  if (isLetter[0] && isLetter[1]) return byCodePoint(l, r);
  if (isLetter[0] || isLetter[1]) return isLetter[1] ? -1 : 1;
  // A zero inside a number, such as the second digit of 10, makes that number the longer one.
  let lead = 0;
  if (l === '0' || r === '0') {
    for (let j = i - 1; j >= 0 && DIGIT.test(left[j] as string); j--) if (left[j] !== '0') lead = 1;
  }
  const [numberLeft, endLeft] = numberAt(left, i, lead);
  const [numberRight, endRight] = numberAt(right, i, lead);
  if (numberLeft !== numberRight) return numberLeft - numberRight;
  return endLeft - endRight || byCodePoint(l, r);
}

function numberAt(characters: readonly string[], from: number, lead: number): [number, number] {
  let value = lead;
  let at = from;
  for (; at < characters.length && DIGIT.test(characters[at] as string); at++) {
    value = value * 10 + ((characters[at] as string).charCodeAt(0) - 48);
  }
  return [value, at];
}

function byCodePoint(l: string, r: string): number {
  return (l.codePointAt(0) as number) - (r.codePointAt(0) as number);
}

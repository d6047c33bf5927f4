/** Where the engine stopped, and Go's words for it. */
const PLACES: readonly (readonly [engine: RegExp, go: string])[] = [
  [/after property value/, 'after object key:value pair'],
  [/after array element/, 'after array element'],
  [/':' after/, 'after object key'],
  [/property name/, 'looking for beginning of object key string'],
  [/after JSON/, 'after top-level value'],
  [/control character/, 'in string literal'],
  [/escape/, 'in string escape code'],
];

/** Go's words for what is wrong with `text`, of which JSON.parse said `why`. */
export function goJsonError(text: string, why: string): string {
  if (/Unexpected end|Unterminated/.test(why)) return 'unexpected end of JSON input';
  const at = /position (\d+)/.exec(why);
  const character = at ? text[Number(at[1])] : /Unexpected token '(.)'/su.exec(why)?.[1];
  if (character === undefined) return at ? 'unexpected end of JSON input' : why;
  const place = PLACES.find(([engine]) => engine.test(why))?.[1] ?? 'looking for beginning of value';
  return `invalid character ${goRune(character)} ${place}`;
}

function goRune(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return `'"'`;
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}

const QUOTED: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** What must be escaped in a quoted text: quotes, backslashes and whatever is not a printable character or a space. */
const NEEDS_QUOTING = /["\\]|(?! )[\p{C}\p{Z}]/gu;

/** Quotes a text as upstream's messages do (`%q`): printable characters stay, others become `\n`, `\x00`, `\u00a0`. */
export function goQuote(text: string): string {
  return `"${text.replaceAll(NEEDS_QUOTING, quoteCharacter)}"`;
}

function quoteCharacter(character: string): string {
  const known = QUOTED[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) as number;
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`;
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

const HTML_SENSITIVE = /[<>&\u2028\u2029]/g;

/** Compact JSON as upstream writes it: `<`, `>`, `&` and the line separators are escaped. Key order is kept. */
export function goJson(value: unknown): string {
  const json = JSON.stringify(value === undefined ? null : value);
  return json.replaceAll(HTML_SENSITIVE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

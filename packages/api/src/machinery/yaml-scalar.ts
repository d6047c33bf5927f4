export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

/** Texts that would be read back as booleans or null. */
const WORDS = new Set(
  (
    'y Y yes Yes YES true True TRUE on On ON n N no No NO false False FALSE off Off OFF ~ null Null NULL ' +
    '.nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF'
  ).split(' '),
);

const INTEGER = /^[-+]?(?:0|[1-9]\d*|0[0-7]+|0[oO][0-7]+|0[xX][0-9a-fA-F]+|0[bB][01]+)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const BASE_60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const DATE =
  /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|\s+)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d\d?:?\d*|\s*[-+]\d\d?(?::\d\d)?)?)?$/;

/** Whether an unquoted text would be read back as something else than this text. */
function resolvesToOther(text: string): boolean {
  if (text === '' || WORDS.has(text)) return true;
  if (!/^[-+.\d]/.test(text)) return false;
  const digits = text.replaceAll('_', '');
  return INTEGER.test(digits) || FLOAT.test(digits) || BASE_60.test(text) || DATE.test(text);
}

/** Control characters, U+0085, lone surrogates, the byte order mark and all beyond the basic plane are escaped. */
const UNPRINTABLE = /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const STARTS_BADLY = /^(?:[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \t\n]|$)|---|\.\.\.)/;
const INNER_INDICATOR = /:(?:[ \t\n]|$)|[ \t\n]#/;

/** How upstream's YAML writes a text as a value. */
export function scalarStyle(text: string): ScalarStyle {
  const special = UNPRINTABLE.test(text) || / \n/.test(text);
  if (text.includes('\n')) return special || text.endsWith(' ') ? 'double' : 'literal';
  if (resolvesToOther(text) || special) return 'double';
  const plain = !STARTS_BADLY.test(text) && !INNER_INDICATOR.test(text) && !text.startsWith(' ') && !text.endsWith(' ');
  return plain ? 'plain' : 'single';
}

const ESCAPES: Record<string, string> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};
const ESCAPED = /["\\\n\u2028\u2029]|[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu;

export function quoteDouble(text: string): string {
  return `"${text.replaceAll(ESCAPED, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) as number;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** How a quantity was written, and so how it is written again. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

const DECIMAL: readonly [string, number][] = [
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
];
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const SUFFIXES = new Map<string, Suffix>([
  ...DECIMAL.map(([text, exponent]): [string, Suffix] => [text, { base: 10, exponent, format: 'DecimalSI' }]),
  ...BINARY.map((text, i): [string, Suffix] => [text, { base: 2, exponent: 10 * (i + 1), format: 'BinarySI' }]),
]);
const DECIMAL_TEXT = new Map(DECIMAL.map(([text, exponent]) => [exponent, text]));

/** What a suffix means; undefined when it means nothing. `e6` and `E6` are exponents of ten within 32 bits. */
export function suffixOf(text: string): Suffix | undefined {
  const known = SUFFIXES.get(text);
  if (known !== undefined) return known;
  if (!/^[eE][-+]?\d+$/.test(text)) return undefined;
  const exponent = Number(text.slice(1));
  return Math.abs(exponent) <= 0x7fffffff ? { base: 10, exponent, format: 'DecimalExponent' } : undefined;
}

/** Writes a power of ten that is a multiple of three, or a power of two that is a multiple of ten. */
export function suffixText(exponent: number, format: QuantityFormat): string {
  if (format === 'BinarySI') return exponent === 0 ? '' : (BINARY[exponent / 10 - 1] ?? '');
  if (format === 'DecimalExponent') return exponent === 0 ? '' : `e${exponent}`;
  return DECIMAL_TEXT.get(exponent) ?? `e${exponent}`;
}

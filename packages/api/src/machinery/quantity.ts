import { type QuantityFormat, suffixOf, suffixText } from './quantity-suffix.ts';

const FORMAT_MESSAGE = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX_MESSAGE = "unable to parse quantity's suffix";

/** A text that is no quantity; the message is upstream's. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

/** Every quantity is a whole number of these: finer digits are rounded up (away from zero). */
const NANO = 1_000_000_000n;
const MAX_INT64 = 2n ** 63n - 1n;
/** Exponents of ten and texts past these bounds are refused, so that no text costs more than its length. */
const LARGEST_EXPONENT = 1000;
const LONGEST_TEXT = 1000;

/**
 * An exact fixed-point number with a suffix, upstream's resource.Quantity: immutable, from nano up.
 * `toString` gives what upstream would store: the text as written where that is canonical enough, else the canonical form.
 */
export class Quantity {
  readonly #nano: bigint;
  readonly format: QuantityFormat;
  #text: string | undefined;

  constructor(nano: bigint, format: QuantityFormat, text?: string) {
    this.#nano = nano;
    this.format = format;
    this.#text = text;
  }

  /** A whole number of units. */
  static of(value: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity {
    return new Quantity(BigInt(value) * NANO, format);
  }

  /** A whole number of thousandths, such as CPU time. */
  static ofMilli(milli: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity {
    return new Quantity(BigInt(milli) * 1_000_000n, format);
  }

  /** The nearest double. */
  toNumber(): number {
    const whole = this.#nano / NANO;
    const rest = Number(this.#nano % NANO);
    return rest === 0 ? Number(whole) : Number(whole) + rest / 1e9;
  }

  /** Units, rounded up (away from zero). Exact below 2^53. */
  value(): number {
    return Number(divideUp(this.#nano, NANO));
  }

  /** Thousandths, rounded up (away from zero). Exact below 2^53. */
  milliValue(): number {
    return Number(divideUp(this.#nano, 1_000_000n));
  }

  /** -1, 0 or 1. */
  sign(): number {
    return this.#nano === 0n ? 0 : this.#nano < 0n ? -1 : 1;
  }

  isZero(): boolean {
    return this.#nano === 0n;
  }

  /** -1, 0 or 1 as this is less than, equal to or more than the other. */
  compare(other: Quantity): number {
    if (this.#nano === other.#nano) return 0;
    return this.#nano < other.#nano ? -1 : 1;
  }

  equals(other: Quantity): boolean {
    return this.#nano === other.#nano;
  }

  /** The sum, in this one's format; in the other's when this is zero. */
  add(other: Quantity): Quantity {
    return new Quantity(this.#nano + other.#nano, this.isZero() ? other.format : this.format);
  }

  sub(other: Quantity): Quantity {
    return new Quantity(this.#nano - other.#nano, this.isZero() ? other.format : this.format);
  }

  negate(): Quantity {
    return new Quantity(-this.#nano, this.format);
  }

  toString(): string {
    this.#text ??= canonical(this.#nano, this.format);
    return this.#text;
  }

  toJSON(): string {
    return this.toString();
  }
}

function divideUp(nano: bigint, unit: bigint): bigint {
  const whole = nano / unit;
  if (whole * unit === nano) return whole;
  return nano < 0n ? whole - 1n : whole + 1n;
}

/** The shortest text without a fraction whose exponent is a multiple of three, or of ten bits. */
function canonical(nano: bigint, format: QuantityFormat): string {
  if (nano === 0n) return '0';
  const units = nano / NANO;
  const binary = format === 'BinarySI' && units * NANO === nano && (units >= 1024n || units <= -1024n);
  if (binary) {
    let amount = units;
    let exponent = 0;
    for (; exponent < 60 && amount % 1024n === 0n; exponent += 10) amount /= 1024n;
    return `${amount}${suffixText(exponent, 'BinarySI')}`;
  }
  const decimal: QuantityFormat = format === 'BinarySI' ? 'DecimalSI' : format;
  let amount = nano;
  let exponent = -9;
  for (; amount % 1000n === 0n; exponent += 3) amount /= 1000n;
  return `${amount}${suffixText(exponent, decimal)}`;
}

const PLAIN = /^([1-9]\d{0,8})(m|k|M|G|Ki|Mi|Gi)?$/;
const PLAIN_NANO: Record<string, bigint> = {
  m: 1_000_000n,
  '': NANO,
  k: NANO * 1_000n,
  M: NANO * 1_000_000n,
  G: NANO * 1_000_000_000n,
  Ki: NANO << 10n,
  Mi: NANO << 20n,
  Gi: NANO << 30n,
};

/** Reads a quantity such as `500m`, `1.5Gi`, `1e3`. Throws QuantityError with upstream's message. */
export function parseQuantity(text: string): Quantity {
  const plain = PLAIN.exec(text);
  if (plain === null) return parseAny(text);
  const digits = plain[1] as string;
  const suffix = plain[2] ?? '';
  const nano = BigInt(digits) * (PLAIN_NANO[suffix] as bigint);
  if (suffix.endsWith('i')) return new Quantity(nano, 'BinarySI', Number(digits) % 8 === 0 ? undefined : text);
  return new Quantity(nano, 'DecimalSI', digits.endsWith('000') ? undefined : text);
}

/** What `parseQuantity` reads, or undefined. */
export function tryParseQuantity(text: string): Quantity | undefined {
  try {
    return parseQuantity(text);
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

const GENERAL = /^([-+]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

function parseAny(text: string): Quantity {
  const match = text === '' || text.length > LONGEST_TEXT ? null : GENERAL.exec(text);
  if (match === null) throw new QuantityError(FORMAT_MESSAGE);
  const whole = match[2] || '0';
  const fraction = match[3] ?? '';
  const suffix = suffixOf(match[4] as string);
  if (suffix === undefined || Math.abs(suffix.exponent) > LARGEST_EXPONENT) throw new QuantityError(SUFFIX_MESSAGE);

  const digits = whole + fraction;
  const mantissa = BigInt(digits);
  const scale = (suffix.base === 10 ? suffix.exponent : 0) - fraction.length;
  const shifted = suffix.base === 2 ? mantissa << BigInt(suffix.exponent) : mantissa;
  const power = scale + 9;
  let nano = power >= 0 ? shifted * 10n ** BigInt(power) : divideUp(shifted, 10n ** BigInt(-power));
  let format = suffix.format;
  if (format === 'BinarySI') {
    if (nano > MAX_INT64 * NANO) nano = MAX_INT64 * NANO;
    if (nano > 0n && nano < NANO) format = 'DecimalSI';
  }
  const signed = match[1] === '-' ? -nano : nano;
  return new Quantity(signed, format, keepsText(whole, fraction, suffix, shifted) ? text : undefined);
}

/** Upstream keeps a text as written where its quick test finds nothing to canonicalise. */
function keepsText(
  whole: string,
  fraction: string,
  { base, exponent }: { base: number; exponent: number },
  shifted: bigint,
): boolean {
  if (shifted === 0n || shifted > MAX_INT64) return false;
  const digits = whole + fraction;
  if (base === 2) {
    if (fraction !== '' || 14 - whole.length - Math.trunc((exponent * 3) / 10) < 0) return false;
    return (Number(digits) & 7) !== 0;
  }
  const scale = exponent - fraction.length;
  return digits.length <= 18 && scale >= -9 && scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
}

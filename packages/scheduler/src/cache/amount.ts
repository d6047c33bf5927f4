import { tryParseQuantity } from '@coxswain/api';

const REMEMBERED = 4096;
const milli = new Map<string, number>();
const whole = new Map<string, number>();

/** Thousandths of a quantity's text, rounded up; 0 for what is no quantity. Pods repeat the same texts, so they are remembered. */
export function milliAmount(text: string): number {
  return remember(milli, text, () => tryParseQuantity(text)?.milliValue() ?? 0);
}

/** Units of a quantity's text, rounded up; 0 for what is no quantity. */
export function amount(text: string): number {
  return remember(whole, text, () => tryParseQuantity(text)?.value() ?? 0);
}

function remember(known: Map<string, number>, text: string, parse: () => number): number {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= REMEMBERED) known.clear();
  const value = parse();
  known.set(text, value);
  return value;
}

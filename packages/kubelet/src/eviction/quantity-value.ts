import { parseQuantity, Quantity } from '@coxswain/api';

export function quantityValue(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseQuantity(text).value();
}

/** Bytes as a quantity, `100Mi`. */
export function bytesText(bytes: number): string {
  return Quantity.of(Math.max(0, Math.floor(bytes)), 'BinarySI').toString();
}

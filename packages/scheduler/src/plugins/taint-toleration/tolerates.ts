import type { Taint, Toleration } from '@coxswain/api';

/** Whether one of the tolerations covers the taint: same key (or none with Exists), same effect (or any), same value. */
export function tolerates(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  return tolerations?.some((toleration) => covers(toleration, taint)) ?? false;
}

function covers({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  switch (operator || 'Equal') {
    case 'Exists':
      return true;
    case 'Equal':
      return Boolean(key) && (value ?? '') === (taint.value ?? '');
    case 'Gt':
    case 'Lt':
      return compares(operator === 'Gt', value, taint.value);
    default:
      return false;
  }
}

/** The taint's value is greater (or less) than the toleration's, both whole numbers (KEP-5471). */
function compares(greater: boolean, bound: string | undefined, value: string | undefined): boolean {
  if (!isWhole(bound) || !isWhole(value)) return false;
  return greater ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
}

function isWhole(text: string | undefined): text is string {
  return text !== undefined && /^-?(0|[1-9]\d{0,18})$/.test(text);
}

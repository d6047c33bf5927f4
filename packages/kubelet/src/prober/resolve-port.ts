import type { Container } from '@coxswain/api';

/**
 * A port given by number or by a container port's name.
 * @throws if no port has this name or the number is no port
 */
export function resolvePort(port: number | string, container: Container): number {
  const named =
    typeof port === 'string' ? container.ports?.find(({ name }) => name === port)?.containerPort : undefined;
  const number = named ?? Number(port);
  // In the words of upstream's last resort, which takes an unknown name for a number.
  if (!Number.isInteger(number)) throw new Error(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
  if (number <= 0 || number > 65_535) throw new Error(`invalid port number: ${number}`);
  return number;
}

import type { Container } from '@coxswain/api';

/**
 * A port given by number or by a container port's name.
 * @throws if no port has this name or the number is no port
 */
export function resolvePort(port: number | string, container: Container): number {
  const named =
    typeof port === 'string' ? container.ports?.find(({ name }) => name === port)?.containerPort : undefined;
  const number = named ?? Number(port);
  if (!Number.isInteger(number)) throw new Error(`couldn't find port: "${port}" in container "${container.name}"`);
  if (number <= 0 || number > 65_535) throw new Error(`invalid port number: ${number}`);
  return number;
}

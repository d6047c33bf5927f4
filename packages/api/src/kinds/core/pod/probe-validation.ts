import { type FieldError, fieldForbidden, fieldInvalid, fieldRequired } from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isHttpHeaderName, isPortName, isPortNumber } from '../../../machinery/names.ts';
import type { LifecycleHandler, Probe } from './probes.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

export function validateProbe(
  probe: Probe,
  name: 'livenessProbe' | 'readinessProbe' | 'startupProbe',
  at: FieldPath,
): FieldError[] {
  const errors = validateHandler(probe, at);
  if (name !== 'readinessProbe' && (probe.successThreshold ?? 1) !== 1)
    errors.push(fieldInvalid(at.child('successThreshold'), probe.successThreshold, 'must be 1'));
  if (probe.terminationGracePeriodSeconds !== undefined) {
    if (name === 'readinessProbe')
      errors.push(
        fieldInvalid(
          at.child('terminationGracePeriodSeconds'),
          probe.terminationGracePeriodSeconds,
          'must not be set for readinessProbes',
        ),
      );
    else if (probe.terminationGracePeriodSeconds <= 0)
      errors.push(
        fieldInvalid(
          at.child('terminationGracePeriodSeconds'),
          probe.terminationGracePeriodSeconds,
          'must be greater than 0',
        ),
      );
  }
  return errors;
}

/** Exactly one handler, and its own rules. */
export function validateHandler(handler: LifecycleHandler | Probe, at: FieldPath): FieldError[] {
  const all = handler as Record<string, unknown>;
  const given = HANDLERS.filter((name) => all[name] !== undefined);
  if (given.length === 0) return [fieldRequired(at, 'must specify a handler type')];
  const others = given
    .slice(1)
    .map((name) => fieldForbidden(at.child(name), 'may not specify more than 1 handler type'));
  // Only the first handler is judged.
  const errors = [...others];
  if (given[0] === 'exec' && !handler.exec?.command?.length)
    errors.push(fieldRequired(at.child('exec').child('command')));
  if (given[0] === 'httpGet' && handler.httpGet) {
    if (!handler.httpGet.path) errors.push(fieldRequired(at.child('httpGet').child('path')));
    errors.push(...validatePort(handler.httpGet.port, at.child('httpGet').child('port')));
    for (const { name = '' } of handler.httpGet.httpHeaders ?? [])
      errors.push(
        ...isHttpHeaderName(name).map((m) => fieldInvalid(at.child('httpGet').child('httpHeaders'), name, m)),
      );
  }
  if (given[0] === 'tcpSocket' && handler.tcpSocket)
    errors.push(...validatePort(handler.tcpSocket.port, at.child('tcpSocket').child('port')));
  return errors;
}

export function validatePort(port: number | string | undefined, at: FieldPath): FieldError[] {
  if (typeof port === 'string') return isPortName(port).map((m) => fieldInvalid(at, port, m));
  return isPortNumber(port ?? 0).map((m) => fieldInvalid(at, port ?? 0, m));
}

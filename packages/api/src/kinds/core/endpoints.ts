import { int32, list, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateEndpoints } from './endpoints-validation.ts';
import { ObjectReference } from './references.ts';

export const EndpointAddress = struct('EndpointAddress', {
  ip: str(1).written(),
  targetRef: of(2, ObjectReference),
  hostname: str(3),
  nodeName: str(4).pointer(),
});
export type EndpointAddress = Infer<typeof EndpointAddress>;

export const EndpointPort = struct('EndpointPort', {
  name: str(1),
  port: int32(2).required().range(1, 65535),
  protocol: str(3).oneOf('TCP', 'UDP', 'SCTP').default('TCP'),
  appProtocol: str(4).pointer(),
});
export type EndpointPort = Infer<typeof EndpointPort>;

export const EndpointSubset = struct('EndpointSubset', {
  addresses: list(1, EndpointAddress).atomic(),
  notReadyAddresses: list(2, EndpointAddress).atomic(),
  ports: list(3, EndpointPort).atomic(),
});
export type EndpointSubset = Infer<typeof EndpointSubset>;

export const Endpoints = struct('Endpoints', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  subsets: list(2, EndpointSubset).atomic(),
});
export type Endpoints = Infer<typeof Endpoints>;

export const endpointsKind = defineKind<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  struct: Endpoints,
  createOnUpdate: true,
  hasGeneration: false,
  validate: validateEndpoints,
  columns: [column('Endpoints', endpointsCell)],
});

function endpointsCell({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) =>
          addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  );
  if (all.length === 0) return '<none>';
  return all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',');
}

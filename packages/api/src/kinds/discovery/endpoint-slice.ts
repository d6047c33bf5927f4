import { fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { bool, int32, list, map, of, str } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectReference } from '../core/references.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { endpointSliceColumns } from './endpoint-slice-columns.ts';
import { validateEndpointSlice } from './endpoint-slice-validation.ts';

/** Names the Service that a slice belongs to. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

export const EndpointConditions = struct('EndpointConditions', {
  ready: bool(1).pointer(),
  serving: bool(2).pointer(),
  terminating: bool(3).pointer(),
});
export type EndpointConditions = Infer<typeof EndpointConditions>;

export const ForNode = struct('ForNode', {
  name: str(1).required(),
});
export type ForNode = Infer<typeof ForNode>;

export const ForZone = struct('ForZone', {
  name: str(1).required(),
});
export type ForZone = Infer<typeof ForZone>;

export const EndpointHints = struct('EndpointHints', {
  forZones: list(1, ForZone).atomic(),
  forNodes: list(2, ForNode).atomic(),
});
export type EndpointHints = Infer<typeof EndpointHints>;

export const Endpoint = struct('Endpoint', {
  addresses: list(1, str()).required('must contain at least 1 address').listSet(),
  conditions: of(2, EndpointConditions).filled(),
  hostname: str(3).pointer(),
  targetRef: of(4, ObjectReference),
  deprecatedTopology: map(5, str()),
  nodeName: str(6).pointer(),
  zone: str(7).pointer(),
  hints: of(8, EndpointHints),
});
export type Endpoint = Infer<typeof Endpoint>;

export const EndpointSlicePort = struct('EndpointPort', {
  name: str(1).pointer().default(''),
  protocol: str(2).pointer().oneOf('TCP', 'UDP', 'SCTP').default('TCP'),
  port: int32(3).pointer(),
  appProtocol: str(4).pointer(),
});
export type EndpointSlicePort = Infer<typeof EndpointSlicePort>;

export const EndpointSlice = struct('EndpointSlice', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  endpoints: list(2, Endpoint).always().atomic(),
  ports: list(3, EndpointSlicePort).always().atomic(),
  addressType: str(4).required().oneOf('IPv4', 'IPv6', 'FQDN'),
});
export type EndpointSlice = Infer<typeof EndpointSlice>;

export const endpointSliceKind = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
  struct: EndpointSlice,
  validate: validateEndpointSlice,
  validateUpdate: (next, old) =>
    next.addressType === old.addressType
      ? []
      : [fieldInvalid(path('addressType'), next.addressType, 'field is immutable')],
  columns: endpointSliceColumns,
});

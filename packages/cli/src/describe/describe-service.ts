import type { EndpointSlice, Service } from '@coxswain/api';
import { type Describer, listOrNone } from './described.ts';
import { addAnnotations, addHead, addLabels, pairs } from './parts.ts';

export const describeService: Describer<Service> = async (lines, service, described) => {
  const { metadata, spec, status } = service;
  addHead(lines, service);
  addLabels(lines, 0, metadata);
  addAnnotations(lines, 0, metadata);
  lines.add(0, 'Selector:', pairs(spec.selector).join(',') || '<none>');
  lines.add(0, 'Type:', spec.type ?? '');
  if (spec.ipFamilyPolicy) lines.add(0, 'IP Family Policy:', spec.ipFamilyPolicy);
  lines.add(0, 'IP Families:', (spec.ipFamilies ?? []).join(',') || '<none>');
  lines.add(0, 'IP:', spec.clusterIP ?? '');
  lines.add(0, 'IPs:', (spec.clusterIPs ?? []).join(',') || '<none>');
  if (spec.externalIPs?.length) lines.add(0, 'External IPs:', spec.externalIPs.join(','));
  if (spec.externalName) lines.add(0, 'External Name:', spec.externalName);
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
  if (ingress.length > 0) lines.add(0, 'LoadBalancer Ingress:', ingress.join(', '));

  const query = new URLSearchParams({ labelSelector: `kubernetes.io/service-name=${metadata.name}` });
  const path = `/apis/discovery.k8s.io/v1/namespaces/${metadata.namespace}/endpointslices?${query}`;
  const slices = await listOrNone<EndpointSlice>(path, described);
  for (const { name = '', port, protocol = 'TCP', targetPort, nodePort } of spec.ports ?? []) {
    const shown = name || '<unset>';
    lines.add(0, 'Port:', shown, `${port}/${protocol}`);
    lines.add(0, 'TargetPort:', `${targetPort}/${protocol}`);
    if (nodePort) lines.add(0, 'NodePort:', shown, `${nodePort}/${protocol}`);
    lines.add(0, 'Endpoints:', endpointsText(slices, name));
  }
  lines.add(0, 'Session Affinity:', spec.sessionAffinity ?? '');
  if (spec.externalTrafficPolicy) lines.add(0, 'External Traffic Policy:', spec.externalTrafficPolicy);
  if (spec.internalTrafficPolicy) lines.add(0, 'Internal Traffic Policy:', spec.internalTrafficPolicy);
};

/** At most three of the ready addresses of a port, as kubectl shortens them. */
function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  const all = slices.flatMap(({ endpoints = [], ports = [] }) => {
    const port = ports.find(({ name }) => (name ?? '') === portName)?.port;
    if (port === undefined) return [];
    return endpoints
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses }) =>
        addresses.map((address) => `${address.includes(':') ? `[${address}]` : address}:${port}`),
      );
  });
  const more = all.length > 3 ? ` + ${all.length - 3} more...` : '';
  return `${all.slice(0, 3).join(',')}${more}`;
}

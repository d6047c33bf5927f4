// The DNS server that bench/dns.ts loads: SERVICES Services in an API server in memory. Prints its port.
import {
  type EndpointSlice,
  endpointSliceKind,
  type Namespace,
  namespaceKind,
  type Service,
  serviceKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { runDns } from '@coxswain/dns';
import { silentLogger } from '@coxswain/foundation';

const count = Number(process.env['SERVICES']);
const namespace = 'bench';
const ports = [{ name: 'http', protocol: 'TCP', port: 80 }];
const client = new FakeApiClient();
await client.resource(namespaceKind).create({ metadata: { name: namespace } } as Namespace);
for (let i = 0; i < count; i += 1) {
  const name = `s${i}`;
  const clusterIP = i % 10 === 0 ? 'None' : `10.96.${i >> 8}.${i & 255}`;
  await client.resource(serviceKind).create({ metadata: { namespace, name }, spec: { clusterIP, ports } } as Service);
  const addresses = [0, 1, 2].map((each) => `10.${244 + each}.${i >> 8}.${i & 255}`);
  await client.resource(endpointSliceKind).create({
    metadata: { namespace, name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports,
  } as EndpointSlice);
}
const ends = new AbortController();
process.once('SIGTERM', () => ends.abort());
await runDns(
  {
    client,
    log: silentLogger(),
    listen: { host: '127.0.0.1', port: 0 },
    clusterDomain: 'cluster.local',
    nameServers: [],
    upstreams: [],
    ttl: 5,
  },
  ends.signal,
  ({ port }) => setTimeout(() => console.log(port), 1000),
);
process.exit();

// The DNS server over a sample cluster, in a network namespace: dns-process ADDRESS. Says `{ id: 0 }` when it answers.
// Names outside the cluster don't exist, except one.
import { endpointSliceKind, type Namespace, namespaceKind, serviceKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger } from '@coxswain/foundation';
import * as dnsPacket from 'dns-packet';
import { runDns } from '../run-dns.ts';
import { serve } from '../server/serve.ts';
import { libraryCluster, zone } from './sample-cluster.ts';

const [address = ''] = process.argv.slice(2);
const client = new FakeApiClient();
for (const name of libraryCluster.namespaces) client.add(namespaceKind, { metadata: { name } } as Namespace);
client.add(serviceKind, ...libraryCluster.services);
client.add(endpointSliceKind, ...libraryCluster.slices);
const { signal } = new AbortController();
const elsewhere = await serve({ host: '127.0.0.1', port: 0, log: silentLogger() }, () => answerElsewhere, signal);
process.on('disconnect', () => process.exit(0));
await runDns(
  {
    client,
    log: silentLogger(),
    listen: { host: address, port: 53 },
    clusterDomain: zone.domain,
    nameServers: zone.nameServers,
    upstreams: [{ host: '127.0.0.1', port: elsewhere }],
    ttl: zone.ttl,
  },
  signal,
  () => process.send?.({ id: 0 }),
);

function answerElsewhere(message: Buffer): Buffer {
  const { id = 0, questions = [] } = dnsPacket.decode(message);
  const [{ name, type } = { name: '', type: 'A' }] = questions;
  const known = name === 'www.example.com';
  return dnsPacket.encode({
    type: 'response',
    id,
    flags: known ? 0 : 3,
    questions,
    answers: known && type === 'A' ? [{ name, type: 'A', ttl: 60, data: '192.0.2.80' }] : [],
  });
}

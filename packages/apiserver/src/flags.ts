import { type FlagValues, type Logger, UsageError } from '@coxswain/foundation';
import { AUTHORIZATION_MODES } from './authorization/modes.ts';
import type { ApiserverOptions } from './options.ts';

/** Upstream's flags, as far as they are served. */
export const FLAGS = {
  'etcd-servers': { kind: 'list', help: 'etcd servers, https://host:port' },
  'etcd-cafile': { kind: 'string', help: 'authority of the etcd servers' },
  'etcd-certfile': { kind: 'string', help: 'client certificate for etcd' },
  'etcd-keyfile': { kind: 'string', help: 'key of the client certificate for etcd' },
  'etcd-compaction-interval': { kind: 'duration', default: '5m', help: 'how often etcd is compacted; 0 turns it off' },
  'bind-address': { kind: 'string', default: '0.0.0.0', help: 'address to listen on' },
  'secure-port': { kind: 'number', default: 6443, help: 'port to listen on' },
  'advertise-address': { kind: 'string', help: 'address at which the cluster reaches this server' },
  'tls-cert-file': { kind: 'string', help: 'serving certificate' },
  'tls-private-key-file': { kind: 'string', help: 'key of the serving certificate' },
  'client-ca-file': { kind: 'string', help: 'authority of client certificates' },
  'token-auth-file': { kind: 'string', help: 'CSV of bearer tokens: token,user,uid,"group1,group2"' },
  'anonymous-auth': {
    kind: 'boolean',
    default: false,
    help: 'let requests without credentials in as system:anonymous',
  },
  'authorization-mode': {
    kind: 'list',
    default: ['AlwaysAllow'],
    help: 'who judges requests, asked in this order: AlwaysAllow, Node, RBAC',
  },
  'requestheader-client-ca-file': {
    kind: 'string',
    help: 'authority of front proxies, told to aggregated API servers',
  },
  'requestheader-allowed-names': { kind: 'list', help: "common names of front proxies' certificates" },
  'proxy-client-cert-file': { kind: 'string', help: 'client certificate for aggregated API servers' },
  'proxy-client-key-file': { kind: 'string', help: 'key of the client certificate for aggregated API servers' },
  'kubelet-client-certificate': { kind: 'string', help: 'client certificate for kubelets' },
  'kubelet-client-key': { kind: 'string', help: 'key of the client certificate for kubelets' },
  'kubelet-certificate-authority': { kind: 'string', help: 'authority of the kubelets serving certificates' },
  'service-cluster-ip-range': {
    kind: 'string',
    default: '10.96.0.0/16',
    help: 'addresses of Services: one range a family, commas between, the primary one first',
  },
  'service-node-port-range': { kind: 'string', default: '30000-32767', help: 'ports of NodePort Services' },
  'service-account-issuer': {
    kind: 'list',
    help: 'issuers of service account tokens: the first is put in, all are accepted',
  },
  'service-account-signing-key-file': { kind: 'string', help: 'private key that signs service account tokens' },
  'service-account-key-file': { kind: 'list', help: 'public keys of service account tokens' },
  'service-account-jwks-uri': { kind: 'string', help: "where others find the tokens' public keys" },
  'api-audiences': { kind: 'list', help: 'audiences of tokens for this server; the issuer unless given' },
  'serve-removed-versions': {
    kind: 'boolean',
    default: true,
    help: 'serve versions that are the same as today’s and that upstream has removed, such as policy/v1beta1',
  },
  'enable-admission-plugins': {
    kind: 'list',
    help: 'admission plugins to turn on; all are on unless disabled, NodeRestriction where --authorization-mode has Node',
  },
  'disable-admission-plugins': { kind: 'list', help: 'admission plugins to turn off' },
  'event-ttl': { kind: 'duration', default: '1h', help: 'how long events are kept' },
  'max-requests-inflight': { kind: 'number', default: 400, help: 'reads at a time' },
  'max-mutating-requests-inflight': { kind: 'number', default: 200, help: 'writes at a time' },
  'request-timeout': { kind: 'duration', default: '1m', help: 'how long a short request may take' },
  'min-request-timeout': {
    kind: 'number',
    default: 1800,
    help: 'seconds that a watch lasts at least, twice that at most, unless it asks for less',
  },
  'shutdown-delay-duration': {
    kind: 'duration',
    default: '0s',
    help: 'how long requests are still served after /readyz has begun to fail',
  },
  workers: { kind: 'number', default: 1, help: 'processes that share the port, each a whole API server; one a core' },
} as const;

/** @throws UsageError when a flag is missing or asks for what is not there */
export function optionsOf(flags: FlagValues<typeof FLAGS>, log: Logger): ApiserverOptions {
  const required = (name: 'tls-cert-file' | 'tls-private-key-file'): string => {
    const value = flags[name];
    if (!value) throw new UsageError(`--${name} is required`);
    return value;
  };
  if (flags['etcd-servers'].length === 0) throw new UsageError('--etcd-servers is required');
  const modes = flags['authorization-mode'].map((name) => {
    const mode = AUTHORIZATION_MODES.find((each) => each === name);
    if (mode === undefined) throw new UsageError(`--authorization-mode: "${name}" is not a valid mode`);
    return mode;
  });
  return {
    etcdServers: flags['etcd-servers'],
    etcdCafile: flags['etcd-cafile'],
    etcdCertfile: flags['etcd-certfile'],
    etcdKeyfile: flags['etcd-keyfile'],
    etcdCompactionInterval: flags['etcd-compaction-interval'],
    bindAddress: flags['bind-address'],
    securePort: flags['secure-port'],
    advertiseAddress: flags['advertise-address'],
    tlsCertFile: required('tls-cert-file'),
    tlsPrivateKeyFile: required('tls-private-key-file'),
    clientCaFile: flags['client-ca-file'],
    tokenAuthFile: flags['token-auth-file'],
    anonymousAuth: flags['anonymous-auth'],
    requestheaderClientCaFile: flags['requestheader-client-ca-file'],
    requestheaderAllowedNames: flags['requestheader-allowed-names'],
    proxyClientCertFile: flags['proxy-client-cert-file'],
    proxyClientKeyFile: flags['proxy-client-key-file'],
    kubeletClientCertificate: flags['kubelet-client-certificate'],
    kubeletClientKey: flags['kubelet-client-key'],
    kubeletCertificateAuthority: flags['kubelet-certificate-authority'],
    serviceClusterIpRange: flags['service-cluster-ip-range'],
    serviceNodePortRange: flags['service-node-port-range'],
    serviceAccountIssuer: flags['service-account-issuer'],
    serviceAccountSigningKeyFile: flags['service-account-signing-key-file'],
    serviceAccountKeyFile: flags['service-account-key-file'],
    serviceAccountJwksUri: flags['service-account-jwks-uri'],
    apiAudiences: flags['api-audiences'],
    serveRemovedVersions: flags['serve-removed-versions'],
    enableAdmissionPlugins: flags['enable-admission-plugins'],
    disableAdmissionPlugins: flags['disable-admission-plugins'],
    authorizationModes: modes,
    eventTtl: flags['event-ttl'],
    maxRequestsInflight: flags['max-requests-inflight'],
    maxMutatingRequestsInflight: flags['max-mutating-requests-inflight'],
    requestTimeout: flags['request-timeout'],
    minRequestTimeout: flags['min-request-timeout'],
    shutdownDelayDuration: flags['shutdown-delay-duration'],
    log,
  };
}

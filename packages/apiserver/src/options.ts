import type { Logger } from '@coxswain/foundation';
import type { AuthorizationMode } from './authorization/modes.ts';

/** Settings of one apiserver; the names are those of upstream's flags. Files hold PEM unless said otherwise. */
export interface ApiserverOptions {
  readonly etcdServers: readonly string[];
  readonly etcdCafile?: string | undefined;
  readonly etcdCertfile?: string | undefined;
  readonly etcdKeyfile?: string | undefined;
  readonly bindAddress: string;
  /** 0 takes a free port. */
  readonly securePort: number;
  /** The address at which the cluster reaches this server; the bind address unless given. */
  readonly advertiseAddress?: string | undefined;
  readonly tlsCertFile: string;
  readonly tlsPrivateKeyFile: string;
  readonly clientCaFile?: string | undefined;
  /** CSV: token,user,uid,"group1,group2". */
  readonly tokenAuthFile?: string | undefined;
  readonly anonymousAuth: boolean;
  readonly requestheaderClientCaFile?: string | undefined;
  readonly requestheaderAllowedNames?: readonly string[] | undefined;
  readonly proxyClientCertFile?: string | undefined;
  readonly proxyClientKeyFile?: string | undefined;
  readonly kubeletClientCertificate?: string | undefined;
  readonly kubeletClientKey?: string | undefined;
  readonly kubeletCertificateAuthority?: string | undefined;
  readonly serviceClusterIpRange: string;
  readonly serviceNodePortRange: string;
  readonly enableAdmissionPlugins?: readonly string[] | undefined;
  readonly disableAdmissionPlugins?: readonly string[] | undefined;
  /** AlwaysAllow unless given. */
  readonly authorizationModes?: readonly AuthorizationMode[] | undefined;
  /** Old versions that upstream serves no more, such as policy/v1beta1. */
  readonly serveRemovedVersions: boolean;
  /** The first is put into tokens, all are accepted. Without one there are no service account tokens. */
  readonly serviceAccountIssuer: readonly string[];
  readonly serviceAccountSigningKeyFile?: string | undefined;
  readonly serviceAccountKeyFile: readonly string[];
  readonly serviceAccountJwksUri?: string | undefined;
  readonly apiAudiences: readonly string[];
  /** Milliseconds that events live. */
  readonly eventTtl: number;
  /** Milliseconds between compactions of etcd; 0 turns them off. */
  readonly etcdCompactionInterval: number;
  readonly maxRequestsInflight: number;
  readonly maxMutatingRequestsInflight: number;
  /** Milliseconds that a short request may take; a minute unless given. */
  readonly requestTimeout?: number | undefined;
  /** Seconds that a watch lasts at least; 1800 unless given. */
  readonly minRequestTimeout?: number | undefined;
  /** Milliseconds that requests are still served after /readyz has begun to fail; none unless given. */
  readonly shutdownDelayDuration?: number | undefined;
  /** False leaves bootstrap objects, compaction and repair to another server on the same etcd. */
  readonly duties?: boolean | undefined;
  readonly log: Logger;
  /** Told the address once requests are served. */
  readonly onListening?: (address: { readonly host: string; readonly port: number }) => void;
}

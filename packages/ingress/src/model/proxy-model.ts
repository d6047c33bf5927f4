/** What the proxy does, whatever program does it. Hosts are lower case. */
export interface ProxyModel {
  readonly servers: readonly VirtualServer[];
  /** `SERVICE.NAMESPACE.localhost` to where it leads; empty where these names aren't wanted. */
  readonly localNames: ReadonlyMap<string, Target>;
  /** PEM by name, for the servers that speak TLS. */
  readonly certificates: ReadonlyMap<string, Certificate>;
}

export interface VirtualServer {
  /** A name, `*.` and a domain for names of one more label, or '' for every other. */
  readonly host: string;
  /** The name of its certificate; undefined for plain HTTP alone. */
  readonly certificate: string | undefined;
  /** One a match and path; the proxy takes an exact one first, then the longest prefix. */
  readonly locations: readonly Location[];
}

export interface Location {
  /** A prefix matches whole elements: `/a` takes `/a` and `/a/b`, not `/ab`. */
  readonly match: 'Exact' | 'Prefix';
  readonly path: string;
  /** Where it leads; undefined for an answer of 503, since its Service is not there. */
  readonly target: Target | undefined;
}

export interface Target {
  readonly scheme: 'http' | 'https';
  /** An IP address; of a name of a laptop also a name that the cluster's DNS knows. */
  readonly host: string;
  readonly port: number;
}

export interface Certificate {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/** Something in an Ingress that can't be served; the rest of it is. */
export interface Problem {
  /** `namespace/name` of the Ingress. */
  readonly ingress: string;
  readonly reason:
    | 'ServiceNotFound'
    | 'SecretNotFound'
    | 'InvalidCertificate'
    | 'InvalidPath'
    | 'UnsupportedBackend'
    | 'Conflict';
  readonly message: string;
}

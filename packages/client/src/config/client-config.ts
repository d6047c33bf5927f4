/** How to reach and convince one apiserver. Secrets in it never reach a log. */
export interface ClientConfig {
  /** `https://host:port` (or `http://` where nothing is secret), with a path prefix if the server has one. */
  readonly server: string;
  /** PEM of the authority that signed the server's certificate; the system's authorities unless given. */
  readonly ca?: string | Buffer | undefined;
  /** PEM client certificate and key. */
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  /** Bearer token. */
  readonly token?: string | undefined;
  /** File that holds the bearer token; read again every minute, so that it may be rotated. */
  readonly tokenFile?: string | undefined;
  /** Basic authentication, for a proxy before the server. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Name to ask for and to check in the server's certificate instead of the host in `server`. */
  readonly tlsServerName?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  /** The context's namespace (or the pod's own); `default` where nothing says otherwise. */
  readonly namespace?: string | undefined;
}

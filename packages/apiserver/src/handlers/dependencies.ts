import type { Kind } from '@coxswain/api';
import type { Clock, Logger } from '@coxswain/foundation';
import type { AdmissionChain } from '../admission/admission.ts';
import type { ServiceAccountIssuer } from '../authentication/service-account-issuer.ts';
import type { TokenAuthenticator } from '../authentication/token-authenticator.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import type { ResourceCaches } from '../cache/resource-cache.ts';
import type { ObjectStore } from '../registry/object-store.ts';
import type { WriteHooks } from '../registry/write-hooks.ts';
import type { RequestMetrics } from '../server/request-metrics.ts';
import type { KubeletClient } from '../subresources/kubelet-client.ts';

/** What the handlers of requests for objects need. */
export interface HandlerDependencies {
  /** All that are served. */
  readonly kinds: readonly Kind[];
  readonly store: ObjectStore;
  readonly caches: ResourceCaches;
  readonly admission: AdmissionChain;
  readonly hooks: WriteHooks;
  readonly kubelets: KubeletClient;
  readonly tokens: TokenAuthenticator;
  readonly authorizer: Authorizer;
  /** Audiences of this server's own tokens. */
  readonly audiences: readonly string[];
  /** Undefined without a signing key. */
  readonly issuer: ServiceAccountIssuer | undefined;
  readonly clock: Clock;
  /** Milliseconds that a watch lasts at least (--min-request-timeout). */
  readonly minRequestTimeoutMs: number;
  readonly metrics: Pick<RequestMetrics, 'watching'>;
  readonly log: Logger;
}

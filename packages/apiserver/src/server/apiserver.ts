import type { Server } from 'node:http';
import type { Kind } from '@coxswain/api';
import { type Clock, childController, type HealthCheck, type Logger, type Metrics } from '@coxswain/foundation';
import { AdmissionChain } from '../admission/admission.ts';
import { admissionPlugins, choosePlugins, type PluginChoice } from '../admission/plugins.ts';
import { Aggregator } from '../aggregation/aggregator.ts';
import type { ProxyCredentials } from '../aggregation/proxy-request.ts';
import { boundObjects } from '../authentication/bound-objects.ts';
import { defaultJwksUri, issuerDocuments } from '../authentication/issuer-documents.ts';
import { LegacyTokenAuthenticator } from '../authentication/legacy-token-authenticator.ts';
import { noteTokenUse } from '../authentication/note-token-use.ts';
import { ServiceAccountAuthenticator } from '../authentication/service-account-authenticator.ts';
import type { ServiceAccountTokens } from '../authentication/service-account-tokens.ts';
import { anyAuthenticator, staticTokens } from '../authentication/token-authenticator.ts';
import type { UserInfo } from '../authentication/user-info.ts';
import { type AuthorizationMode, authorizationOf } from '../authorization/modes.ts';
import { escalationCheck } from '../authorization/rbac/escalation-check.ts';
import type { AuthenticationConfig } from '../bootstrap/authentication-config.ts';
import { awaitBootstrap } from '../bootstrap/await-bootstrap.ts';
import { runBootstrapController } from '../bootstrap/bootstrap-controller.ts';
import type { ResourceCaches } from '../cache/resource-cache.ts';
import { Discovery } from '../discovery/discovery.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { dispatch } from '../handlers/dispatch.ts';
import { OpenApi } from '../openapi/openapi.ts';
import { ObjectStore } from '../registry/object-store.ts';
import { WriteHooks } from '../registry/write-hooks.ts';
import { createServiceNetwork, type ServiceNetworkOptions } from '../services/service-network.ts';
import type { Storage } from '../storage/storage.ts';
import { connectPod } from '../subresources/connect.ts';
import { KubeletClient, type KubeletClientOptions } from '../subresources/kubelet-client.ts';
import { cacheMetrics } from './cache-metrics.ts';
import { Corridor } from './corridor.ts';
import { createServer, type TlsOptions } from './create-server.ts';
import { InFlightLimit, type InFlightLimits } from './in-flight-limit.ts';
import { OpenResponses } from './open-responses.ts';
import type { RequestMetrics } from './request-metrics.ts';
import { Resources } from './resources.ts';
import { answerServerPath } from './server-paths.ts';

export interface ApiserverParts {
  readonly kinds: readonly Kind[];
  readonly storage: Storage;
  readonly caches: ResourceCaches;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Metrics;
  readonly metrics: RequestMetrics;
  readonly healthChecks: readonly HealthCheck[];
  /** Plain HTTP without it (tests). */
  readonly tls?: TlsOptions | undefined;
  readonly tokens: ReadonlyMap<string, UserInfo>;
  readonly anonymous: boolean;
  /** Undefined: tokens of service accounts are neither issued nor accepted. */
  readonly serviceAccounts?: ServiceAccountTokens | undefined;
  readonly kubelet: KubeletClientOptions;
  /** --authorization-mode; AlwaysAllow unless given. */
  readonly authorizationModes?: readonly AuthorizationMode[] | undefined;
  /** All plugins unless given; NodeRestriction only with the mode Node. */
  readonly admission?: PluginChoice | undefined;
  /** This server's certificate towards those behind APIServices. */
  readonly proxyClient?: ProxyCredentials | undefined;
  /** What those servers are told to trust. */
  readonly authenticationConfig?: AuthenticationConfig | undefined;
  /** CIDR of the Services' addresses. */
  readonly serviceRange: string;
  /** `30000-32767` */
  readonly nodePortRange: string;
  readonly advertise: { readonly address: string; readonly port: number };
  readonly limits: InFlightLimits;
  readonly serviceRepair?: ServiceNetworkOptions['repair'];
  /** How long a short request may take; upstream's 60 s unless given. */
  readonly requestTimeoutMs?: number | undefined;
  /** A watch ends after one to two times so long unless it asks for less; upstream's 30 min unless given. */
  readonly minRequestTimeoutMs?: number | undefined;
}

const REQUEST_TIMEOUT_MS = 60_000;
const MIN_REQUEST_TIMEOUT_MS = 1_800_000;

export interface Apiserver {
  readonly server: Server;
  /** Keeps the objects that every cluster has, until the signal aborts. */
  runBootstrap(listening: { readonly port: number; readonly duties?: boolean }, signal: AbortSignal): Promise<void>;
  /** From now on /readyz fails; everything is still served. */
  unready(): void;
  /** Ends watches without an error at the client and lets the other answers finish, for at most so long. */
  drain(timeoutMs: number): Promise<void>;
  close(): void;
}

/** Puts an apiserver together; nothing runs or listens yet. */
export function createApiserver(parts: ApiserverParts, signal: AbortSignal): Apiserver {
  const { kinds, storage, caches, clock, log, registry, metrics, advertise } = parts;
  const requests = childController(signal);
  const resources = new Resources(kinds);
  const store = new ObjectStore(storage, caches);
  const network = createServiceNetwork({ ...parts, store, repair: parts.serviceRepair });
  const { serviceAccounts } = parts;
  const audiences = serviceAccounts?.audiences ?? [];
  const tokens = anyAuthenticator([
    staticTokens(parts.tokens, audiences),
    ...(serviceAccounts
      ? [
          new ServiceAccountAuthenticator({ ...serviceAccounts, find: boundObjects(store), clock }),
          new LegacyTokenAuthenticator({
            ...serviceAccounts,
            find: boundObjects(store),
            clock,
            onUse: noteTokenUse(store, log, signal),
          }),
        ]
      : []),
  ]);
  const modes = parts.authorizationModes ?? ['AlwaysAllow'];
  const { authorizer, rbac } = authorizationOf(modes, caches);
  // A token in every pod is for those who may do little with it.
  const plugins = admissionPlugins({
    store,
    caches,
    clock,
    mountTokens: rbac !== undefined && serviceAccounts !== undefined,
  });
  // Nodes are held to their own objects where they are known as nodes.
  const optional = modes.includes('Node') ? [] : ['NodeRestriction'];
  const chosen = choosePlugins(plugins, parts.admission ?? { enable: [], disable: [] }, optional);
  const dependencies: HandlerDependencies = {
    kinds,
    store,
    caches,
    metrics,
    minRequestTimeoutMs: parts.minRequestTimeoutMs ?? MIN_REQUEST_TIMEOUT_MS,
    admission: new AdmissionChain(rbac ? [...chosen, escalationCheck(authorizer, rbac)] : chosen),
    hooks: new WriteHooks([network.allocation]),
    kubelets: new KubeletClient(parts.kubelet),
    tokens,
    authorizer,
    audiences,
    issuer: serviceAccounts?.issuer,
    clock,
    log,
  };
  cacheMetrics(registry, kinds, caches);
  let bootstrapped = false;
  let ending = false;
  const readyz: HealthCheck[] = [
    { name: 'ping', check() {} },
    ...parts.healthChecks,
    { name: 'informer-sync', check: () => require(caches.ready, 'the watch cache is not filled yet') },
    {
      name: 'poststarthook/bootstrap-controller',
      check: () => require(bootstrapped, 'not finished'),
    },
    ...(rbac ? [{ name: 'poststarthook/rbac/bootstrap-roles', check: () => require(rbac.ready, 'not finished') }] : []),
    { name: 'shutdown', check: () => require(!ending, 'process is shutting down') },
  ];
  const aggregator = new Aggregator({ caches, store, credentials: parts.proxyClient ?? {}, clock, log });
  const discovery = new Discovery(resources, `${advertise.address}:${advertise.port}`, aggregator);
  const openApi = new OpenApi(resources, aggregator);
  const livez: HealthCheck[] = [{ name: 'ping', check() {} }, ...parts.healthChecks];
  const serverPaths = {
    discovery,
    openApi,
    metrics: registry,
    livez,
    readyz,
    issuerDocuments: serviceAccounts
      ? issuerDocuments({ jwksUri: defaultJwksUri(advertise), ...serviceAccounts })
      : () => undefined,
  };
  const corridor = new Corridor({
    resources,
    authentication: { tokens, audiences, anonymous: parts.anonymous },
    authorizer: dependencies.authorizer,
    limit: new InFlightLimit(parts.limits),
    metrics,
    objects: (context, request) => dispatch(dependencies, context, request),
    connect: (context, request) => connectPod(dependencies, context, request),
    connectAggregated: (context, group, version) => aggregator.connect(context, group, version),
    aggregated: (context, group, version) => aggregator.answer(context, group, version),
    paths: (context, path) => answerServerPath(serverPaths, context, path),
    log,
    requestTimeoutMs: parts.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    signal: requests.signal,
  });
  const open = new OpenResponses();
  const server = createServer(corridor, log, parts.tls, open);
  return {
    server,
    async runBootstrap({ port, duties = true }, runSignal) {
      const { address } = advertise;
      const done = () => {
        bootstrapped = true;
      };
      await caches.waitUntilReady(runSignal).catch(() => {});
      const { apiserverAddress: clusterIP, cidrs } = network;
      const { authenticationConfig = { requestheaderAllowedNames: [] } } = parts;
      await Promise.all([
        ...(duties
          ? [
              runBootstrapController(
                dependencies,
                { clusterIP, cidrs, address, port, authenticationConfig, rbac: rbac !== undefined },
                done,
                runSignal,
              ),
              network.runRepair(runSignal),
            ]
          : [awaitBootstrap(dependencies, runSignal).then(done)]),
        aggregator.run(runSignal),
        rbac?.follow(runSignal),
      ]);
    },
    unready() {
      ending = true;
    },
    async drain(timeoutMs) {
      ending = true;
      requests.abort(new Error('the server shuts down'));
      await open.drain(timeoutMs);
    },
    close: () => dependencies.kubelets.close(),
  };
}

function require(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}

export type {
  ApiClient,
  DeleteOptionsInput,
  DynamicResource,
  ListOptions,
  ListResult,
  Namespaced,
  Patch,
  PatchType,
  RawRequestOptions,
  RequestOptions,
  ResourceClient,
  StreamOptions,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './api-client.ts';
export type { ClientConfig } from './config/client-config.ts';
export { inClusterConfig } from './config/in-cluster-config.ts';
export { kubeconfigFlagDefault } from './config/kubeconfig-flag-default.ts';
export { loadKubeconfig } from './config/load-kubeconfig.ts';
export { type RunControllerOptions, runController } from './controller/run-controller.ts';
export { type KeysFunction, source } from './controller/source.ts';
export { WorkQueue, type WorkQueueObserver, type WorkQueueOptions } from './controller/work-queue.ts';
export { workQueueMetrics } from './controller/work-queue-metrics.ts';
export {
  type Controller,
  done,
  type ReconcileContext,
  type ReconcileResult,
  requeueAfter,
  type Source,
} from './controller.ts';
export type { EventType } from './events/correlate-events.ts';
export { createEventRecorder, type EventRecorder, type EventRecorderOptions } from './events/create-event-recorder.ts';
export { createInformer, type InformerDependencies } from './informer/create-informer.ts';
export { createInformerFactory } from './informer/create-informer-factory.ts';
export { IndexedStore } from './informer/indexed-store.ts';
export { Reflector, type ReflectorOptions, type ReflectorSink } from './informer/reflector.ts';
export type {
  IndexFunction,
  Informer,
  InformerFactory,
  InformerOptions,
  Lister,
  ResourceHandler,
} from './informer.ts';
export { type LeaderElectionOptions, runWithLeaderElection } from './leader/run-with-leader-election.ts';
export { ConnectionError, isConnectionError } from './rest/connection-error.ts';
export { createApiClient } from './rest/create-api-client.ts';

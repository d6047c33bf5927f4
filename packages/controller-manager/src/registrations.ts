import type { Controller } from '@coxswain/client';
import type { Metrics } from '@coxswain/foundation';
import type { ControllerContext } from './controller-context.ts';
import { createAttachDetachController } from './controllers/attachdetach/attach-detach-controller.ts';
import { createBootstrapSigner } from './controllers/bootstrap/bootstrap-signer-controller.ts';
import { createTokenCleaner } from './controllers/bootstrap/token-cleaner-controller.ts';
import { createCsrApprovingController } from './controllers/certificates/csr-approving-controller.ts';
import { createCsrCleaner } from './controllers/certificates/csr-cleaner-controller.ts';
import { createCsrSigningController } from './controllers/certificates/csr-signing-controller.ts';
import { createClusterRoleAggregationController } from './controllers/clusterroleaggregation/clusterrole-aggregation-controller.ts';
import { createCronJobController } from './controllers/cronjob/cronjob-controller.ts';
import { createDaemonSetController } from './controllers/daemonset/daemonset-controller.ts';
import { createDeploymentController } from './controllers/deployment/deployment-controller.ts';
import { createDisruptionController } from './controllers/disruption/disruption-controller.ts';
import { createEndpointsController } from './controllers/endpoints/endpoints-controller.ts';
import { createEndpointSliceController } from './controllers/endpointslice/endpointslice-controller.ts';
import { createEndpointSliceMirroringController } from './controllers/endpointslicemirroring/endpointslicemirroring-controller.ts';
import { createEphemeralVolumeController } from './controllers/ephemeralvolume/ephemeral-volume-controller.ts';
import { createExpandController } from './controllers/expand/expand-controller.ts';
import { runGarbageCollector } from './controllers/garbagecollector/garbage-collector.ts';
import { createHorizontalPodAutoscalerController } from './controllers/horizontalpodautoscaler/horizontalpodautoscaler-controller.ts';
import { createJobController } from './controllers/job/job-controller.ts';
import { createLocalPathProvisioner } from './controllers/localpath/local-path-provisioner.ts';
import { createNamespaceController } from './controllers/namespace/namespace-controller.ts';
import { createNodeIpamController } from './controllers/nodeipam/nodeipam-controller.ts';
import { createNodeLifecycleController } from './controllers/nodelifecycle/nodelifecycle-controller.ts';
import { createTaintEvictionController } from './controllers/nodelifecycle/taint-eviction-controller.ts';
import { createPersistentVolumeBinder } from './controllers/persistentvolume/persistentvolume-binder.ts';
import {
  createPvcProtectionController,
  createPvProtectionController,
} from './controllers/persistentvolume/protection-controllers.ts';
import { createPodGarbageCollector } from './controllers/podgc/podgc-controller.ts';
import { createReplicaSetController } from './controllers/replicaset/replicaset-controller.ts';
import { createReplicationControllerController } from './controllers/replicationcontroller/replicationcontroller-controller.ts';
import { createResourceQuotaController } from './controllers/resourcequota/resourcequota-controller.ts';
import { legacyTokenSigner } from './controllers/serviceaccount/legacy-token.ts';
import { createLegacyTokenCleaner } from './controllers/serviceaccount/legacy-token-cleaner-controller.ts';
import { createRootCAPublisher } from './controllers/serviceaccount/root-ca-publisher.ts';
import { createServiceAccountController } from './controllers/serviceaccount/serviceaccount-controller.ts';
import { createServiceAccountTokenController } from './controllers/serviceaccount/serviceaccount-token-controller.ts';
import { createServiceLbController } from './controllers/servicelb/service-lb-controller.ts';
import { createStatefulSetController } from './controllers/statefulset/statefulset-controller.ts';
import { createTtlController } from './controllers/ttl/ttl-controller.ts';
import { createTtlAfterFinishedController } from './controllers/ttlafterfinished/ttl-after-finished-controller.ts';
import type { ControllerSettings } from './options.ts';

/** A controller as the manager knows it: a reconcile loop for its runner, or a loop of its own. */
export type Registration = {
  /** Upstream's name, `deployment-controller`. */
  readonly name: string;
  /** The shorter name of earlier releases. */
  readonly alias: string;
} & (
  | { readonly workers: number; create(context: ControllerContext): Controller }
  | { run(context: ControllerContext, metrics: Metrics, signal: AbortSignal): Promise<void> }
);

/** Every controller that these settings allow. Adding one is one entry here. */
export function registrations(settings: ControllerSettings): Registration[] {
  const { concurrency, rootCA, serviceAccountKey } = settings;
  const all: Registration[] = [
    {
      name: 'deployment-controller',
      alias: 'deployment',
      workers: concurrency.deployment,
      create: createDeploymentController,
    },
    {
      name: 'replicaset-controller',
      alias: 'replicaset',
      workers: concurrency.replicaSet,
      create: createReplicaSetController,
    },
    {
      name: 'replicationcontroller-controller',
      alias: 'replicationcontroller',
      workers: concurrency.replicationController,
      create: createReplicationControllerController,
    },
    {
      name: 'daemonset-controller',
      alias: 'daemonset',
      workers: concurrency.daemonSet,
      create: createDaemonSetController,
    },
    {
      name: 'statefulset-controller',
      alias: 'statefulset',
      workers: concurrency.statefulSet,
      create: createStatefulSetController,
    },
    {
      name: 'job-controller',
      alias: 'job',
      workers: concurrency.job,
      create: createJobController,
    },
    {
      name: 'cronjob-controller',
      alias: 'cronjob',
      workers: concurrency.cronJob,
      create: createCronJobController,
    },
    {
      name: 'ttl-after-finished-controller',
      alias: 'ttl-after-finished',
      workers: concurrency.ttlAfterFinished,
      create: createTtlAfterFinishedController,
    },
    {
      name: 'horizontal-pod-autoscaler-controller',
      alias: 'horizontalpodautoscaling',
      workers: concurrency.horizontalPodAutoscaler,
      create: (context) => createHorizontalPodAutoscalerController(context, settings.autoscaler),
    },
    {
      name: 'disruption-controller',
      alias: 'disruption',
      workers: 1,
      create: createDisruptionController,
    },
    {
      name: 'resourcequota-controller',
      alias: 'resourcequota',
      workers: concurrency.resourceQuota,
      create: (context) => createResourceQuotaController(context, { syncPeriodMs: settings.resourceQuotaSyncPeriodMs }),
    },
    {
      name: 'persistentvolume-binder-controller',
      alias: 'persistentvolume-binder',
      // One worker: volumes are chosen one claim at a time.
      workers: 1,
      create: createPersistentVolumeBinder,
    },
    {
      name: 'persistentvolume-attach-detach-controller',
      alias: 'attachdetach',
      // One worker: a volume and the status of its node change in order.
      workers: 1,
      create: createAttachDetachController,
    },
    {
      name: 'persistentvolume-expander-controller',
      alias: 'persistentvolume-expander',
      workers: 1,
      create: createExpandController,
    },
    {
      name: 'ephemeral-volume-controller',
      alias: 'ephemeral-volume',
      workers: 5,
      create: createEphemeralVolumeController,
    },
    {
      name: 'persistentvolumeclaim-protection-controller',
      alias: 'pvc-protection',
      workers: 1,
      create: createPvcProtectionController,
    },
    {
      name: 'persistentvolume-protection-controller',
      alias: 'pv-protection',
      workers: 1,
      create: createPvProtectionController,
    },
    {
      name: 'local-path-provisioner-controller',
      alias: 'local-path-provisioner',
      workers: 2,
      create: (context) => createLocalPathProvisioner(context, { helperImage: settings.localPathHelperImage }),
    },
    {
      name: 'clusterrole-aggregation-controller',
      alias: 'clusterrole-aggregation',
      workers: 1,
      create: createClusterRoleAggregationController,
    },
    {
      name: 'certificatesigningrequest-approving-controller',
      alias: 'csrapproving',
      workers: 1,
      create: createCsrApprovingController,
    },
    {
      name: 'certificatesigningrequest-cleaner-controller',
      alias: 'csrcleaner',
      workers: 1,
      create: createCsrCleaner,
    },
    { name: 'bootstrap-signer-controller', alias: 'bootstrapsigner', workers: 1, create: createBootstrapSigner },
    { name: 'token-cleaner-controller', alias: 'tokencleaner', workers: 1, create: createTokenCleaner },
    { name: 'ttl-controller', alias: 'ttl', workers: 1, create: createTtlController },
    {
      name: 'service-lb-controller',
      alias: 'service',
      workers: 1,
      create: createServiceLbController,
    },
    {
      name: 'endpointslice-controller',
      alias: 'endpointslice',
      workers: concurrency.serviceEndpoint,
      create: createEndpointSliceController,
    },
    {
      name: 'endpointslice-mirroring-controller',
      alias: 'endpointslicemirroring',
      workers: concurrency.mirroring,
      create: createEndpointSliceMirroringController,
    },
    {
      name: 'endpoints-controller',
      alias: 'endpoint',
      workers: concurrency.endpoint,
      create: createEndpointsController,
    },
    {
      name: 'namespace-controller',
      alias: 'namespace',
      workers: concurrency.namespace,
      create: createNamespaceController,
    },
    {
      name: 'serviceaccount-controller',
      alias: 'serviceaccount',
      workers: concurrency.serviceAccount,
      create: createServiceAccountController,
    },
    {
      name: 'legacy-serviceaccount-token-cleaner-controller',
      alias: 'legacy-service-account-token-cleaner',
      workers: 1,
      create: (context) => createLegacyTokenCleaner(context, { periodMs: settings.legacyTokenCleanUpPeriodMs }),
    },
    {
      name: 'node-lifecycle-controller',
      alias: 'nodelifecycle',
      workers: 1,
      create: (context) =>
        createNodeLifecycleController(context, {
          monitorPeriodMs: settings.nodeMonitorPeriodMs,
          monitorGracePeriodMs: settings.nodeMonitorGracePeriodMs,
          startupGracePeriodMs: settings.nodeStartupGracePeriodMs,
          evictionRates: settings.evictionRates,
        }),
    },
    {
      name: 'taint-eviction-controller',
      alias: 'tainteviction',
      workers: 8,
      create: createTaintEvictionController,
    },
    {
      name: 'pod-garbage-collector-controller',
      alias: 'podgc',
      workers: 1,
      create: (context) =>
        createPodGarbageCollector(context, { terminatedPodThreshold: settings.terminatedPodGcThreshold }),
    },
    {
      name: 'garbage-collector-controller',
      alias: 'garbagecollector',
      run: (context, metrics, signal) =>
        runGarbageCollector(context, { workers: concurrency.garbageCollector, metrics }, signal),
    },
  ];
  if (settings.allocateNodeCidrs)
    all.push({
      name: 'node-ipam-controller',
      alias: 'nodeipam',
      workers: 1,
      create: (context) =>
        createNodeIpamController(context, {
          clusterCidrs: settings.clusterCidrs,
          maskSizeIPv4: settings.nodeCidrMaskSizeIPv4,
          maskSizeIPv6: settings.nodeCidrMaskSizeIPv6,
        }),
    });
  const { signing } = settings;
  if (signing !== undefined)
    all.push({
      name: 'certificatesigningrequest-signing-controller',
      alias: 'csrsigning',
      workers: 5,
      create: (context) => createCsrSigningController(context, signing),
    });
  if (serviceAccountKey !== undefined)
    all.push({
      name: 'serviceaccount-token-controller',
      alias: 'serviceaccount-token',
      workers: concurrency.serviceAccount,
      create: (context) =>
        createServiceAccountTokenController(context, { sign: legacyTokenSigner(serviceAccountKey), rootCA }),
    });
  if (rootCA !== undefined)
    all.push({
      name: 'root-ca-certificate-publisher-controller',
      alias: 'root-ca-cert-publisher',
      workers: 1,
      create: (context) => createRootCAPublisher(context, rootCA),
    });
  return all;
}

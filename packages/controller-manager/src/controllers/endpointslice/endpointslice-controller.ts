import {
  type EndpointSlice,
  endpointSliceKind,
  isConflict,
  isNotFound,
  nodeKind,
  objectKey,
  SERVICE_NAME_LABEL,
  type Service,
  serviceKind,
  statusCause,
} from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { podInformer } from '../../shared/pod-index.ts';
import { hasManagedEndpoints, MANAGED_BY_ENDPOINT_SLICE } from '../../shared/service-endpoints.ts';
import { selects, serviceKeysOfPodEvent } from '../../shared/services-of-pod.ts';
import { MANAGED_BY_LABEL } from './new-slice.ts';
import { type EndpointSlicesPlan, planEndpointSlices } from './plan-endpoint-slices.ts';
import { SliceTracker } from './slice-tracker.ts';

const ZONE = 'topology.kubernetes.io/zone';
const BY_SERVICE = 'serviceName';

/** Keeps the EndpointSlices of each Service with a selector in step with its pods. */
export function createEndpointSliceController(context: ControllerContext): Controller {
  const { client } = context;
  const services = context.informers.for(serviceKind);
  const pods = podInformer(context.informers);
  const nodes = context.informers.for(nodeKind);
  const slices = context.informers.for(endpointSliceKind, {
    indexes: { [BY_SERVICE]: (slice) => keysOfSlice(slice) },
  });
  const events = context.eventsOf('endpoint-slice-controller');
  const tracker = new SliceTracker(context.clock);

  slices.addHandler({
    deleted(slice) {
      for (const key of keysOfSlice(slice)) tracker.deletionSeen(key, slice);
    },
  });

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const service = services.lister.get(key);
    if (!service || !hasManagedEndpoints(service)) {
      tracker.forget(key);
      if (service && service.spec.type === 'ExternalName')
        await apply(service, { create: [], update: [], remove: slices.lister.byIndex(BY_SERVICE, key) }, signal);
      return done;
    }
    const present = slices.lister.byIndex(BY_SERVICE, key);
    // What was written isn't in the cache yet: its event brings this key back.
    if (tracker.isStale(key, present)) return requeueAfter(1000);
    const { namespace = '' } = service.metadata;
    const plan = planEndpointSlices({
      service,
      pods: pods.lister
        .byNamespace(namespace)
        .filter((pod) => selects(service.spec.selector, pod.metadata.labels ?? {})),
      slices: present.filter(({ metadata }) => metadata.deletionTimestamp === undefined),
      zoneOf: (nodeName) => nodes.lister.get(nodeName)?.metadata.labels?.[ZONE],
    });
    try {
      await apply(service, plan, signal);
    } catch (error) {
      if (statusCause(error, 'NamespaceTerminating')) return done;
      if (isConflict(error) || isNotFound(error)) throw error;
      const message = `Error updating Endpoint Slices for Service ${key}: ${error instanceof Error ? error.message : error}`;
      events.event(service, 'Warning', 'FailedToUpdateEndpointSlices', message);
      throw error;
    }
    return done;
  }

  async function apply(service: Service, plan: EndpointSlicesPlan, signal: AbortSignal): Promise<void> {
    const resource = client.resource(endpointSliceKind);
    const key = objectKey(service);
    for (const slice of plan.create) tracker.written(key, await resource.create(slice, { signal }));
    for (const slice of plan.update) tracker.written(key, await resource.update(slice, { signal }));
    for (const slice of plan.remove) {
      const { name, namespace, uid = '' } = slice.metadata;
      try {
        await resource.delete(name, { namespace, signal, preconditions: { uid } });
        tracker.removed(key, slice);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }

  return {
    name: 'endpointslice',
    sources: [
      source(services, (service) => [objectKey(service)]),
      source(pods, (pod, event, old) => serviceKeysOfPodEvent(pod, event, old, services.lister)),
      source(slices, (slice) => keysOfSlice(slice)),
      // Read for zones only; they wake nothing.
      source(nodes, () => []),
    ],
    reconcile,
  };
}

function keysOfSlice({ metadata: { namespace, labels } }: EndpointSlice): string[] {
  const service = labels?.[SERVICE_NAME_LABEL];
  return service && labels?.[MANAGED_BY_LABEL] === MANAGED_BY_ENDPOINT_SLICE ? [`${namespace}/${service}`] : [];
}

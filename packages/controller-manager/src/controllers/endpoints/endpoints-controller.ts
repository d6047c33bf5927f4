import {
  deepEqual,
  endpointsKind,
  isAlreadyExists,
  isConflict,
  isForbidden,
  isNotFound,
  objectKey,
  serviceKind,
} from '@coxswain/api';
import { type Controller, done, type ReconcileResult, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { sameStatus } from '../../shared/compact.ts';
import { podInformer } from '../../shared/pod-index.ts';
import { hasManagedEndpoints } from '../../shared/service-endpoints.ts';
import { selects, serviceKeysOfPodEvent } from '../../shared/services-of-pod.ts';
import { MANAGED_BY_LABEL, OVER_CAPACITY, planEndpoints } from './plan-endpoints.ts';

const LEADER = 'control-plane.alpha.kubernetes.io/leader';

/** Keeps the Endpoints object of each Service with a selector in step with its pods. */
export function createEndpointsController(context: ControllerContext): Controller {
  const resource = context.client.resource(endpointsKind);
  const services = context.informers.for(serviceKind);
  const pods = podInformer(context.informers);
  const endpoints = context.informers.for(endpointsKind);
  const events = context.eventsOf('endpoint-controller');

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const service = services.lister.get(key);
    const current = endpoints.lister.get(key);
    if (!service) {
      // An object that carries a leader lock belongs to somebody else.
      if (current && current.metadata.annotations?.[LEADER] === undefined) await remove(key, signal);
      return done;
    }
    if (!hasManagedEndpoints(service)) return done;
    const selected = pods.lister
      .byNamespace(service.metadata.namespace ?? '')
      .filter((pod) => selects(service.spec.selector, pod.metadata.labels ?? {}));
    const wanted = planEndpoints(service, selected);
    const { [OVER_CAPACITY]: _, ...kept } = current?.metadata.annotations ?? {};
    const annotations = { ...kept, ...wanted.metadata.annotations };
    if (
      current &&
      sameStatus(current.subsets, wanted.subsets) &&
      deepEqual(current.metadata.labels ?? {}, wanted.metadata.labels ?? {}) &&
      deepEqual(current.metadata.annotations ?? {}, annotations)
    )
      return done;
    try {
      if (!current) await resource.create(wanted, { signal });
      else {
        const metadata = { ...current.metadata, labels: wanted.metadata.labels, annotations };
        await resource.update({ ...wanted, metadata }, { signal });
      }
    } catch (error) {
      // The namespace is going, or the cache lags behind a create; an event brings the key back in the second case.
      if (!current && (isForbidden(error) || isAlreadyExists(error))) return done;
      if (isConflict(error) || isNotFound(error)) throw error;
      const reason = current ? 'FailedToUpdateEndpoint' : 'FailedToCreateEndpoint';
      const verb = current ? 'update' : 'create';
      const message = `Failed to ${verb} endpoint ${key}: ${error instanceof Error ? error.message : error}`;
      events.event(current ?? service, 'Warning', reason, message);
      throw error;
    }
    return done;
  }

  async function remove(key: string, signal: AbortSignal): Promise<void> {
    const current = endpoints.lister.get(key);
    if (!current) return;
    const { name, namespace, uid = '' } = current.metadata;
    try {
      await resource.delete(name, { namespace, signal, preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  return {
    name: 'endpoint',
    sources: [
      source(services, (service) => [objectKey(service)]),
      source(pods, (pod, event, old) => serviceKeysOfPodEvent(pod, event, old, services.lister)),
      // Objects that people keep by hand are left alone, unless one takes the place of a managed one.
      source(endpoints, (object, event) =>
        event === 'deleted' || object.metadata.labels?.[MANAGED_BY_LABEL] !== undefined ? [objectKey(object)] : [],
      ),
    ],
    reconcile,
  };
}

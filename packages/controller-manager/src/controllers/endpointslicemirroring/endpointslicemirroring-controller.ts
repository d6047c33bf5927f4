import {
  type EndpointSlice,
  endpointSliceKind,
  endpointsKind,
  isNotFound,
  SERVICE_NAME_LABEL,
  serviceKind,
  statusCause,
} from '@coxswain/api';
import { type Controller, done, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { MANAGED_BY_LABEL } from '../endpointslice/new-slice.ts';
import { SliceTracker } from '../endpointslice/slice-tracker.ts';
import { MANAGED_BY_MIRRORING, planMirror } from './plan-mirror.ts';

const BY_ENDPOINTS = 'mirroredEndpoints';

/** Says in EndpointSlices what people write into Endpoints, for those that read slices alone (kube-proxy, DNS). */
export function createEndpointSliceMirroringController({
  client,
  clock,
  informers,
  eventsOf,
}: ControllerContext): Controller {
  const all = informers.for(endpointsKind);
  const services = informers.for(serviceKind);
  const slices = informers.for(endpointSliceKind, {
    indexes: {
      [BY_ENDPOINTS]: ({ metadata }) =>
        metadata.labels?.[MANAGED_BY_LABEL] === MANAGED_BY_MIRRORING
          ? [`${metadata.namespace}/${metadata.labels[SERVICE_NAME_LABEL]}`]
          : [],
    },
  });
  const events = eventsOf('endpoint-slice-mirroring-controller');
  const tracker = new SliceTracker(clock);
  const resource = client.resource(endpointSliceKind);
  const mirrored = (slice: EndpointSlice) => {
    const { labels, namespace } = slice.metadata;
    return labels?.[MANAGED_BY_LABEL] === MANAGED_BY_MIRRORING ? [`${namespace}/${labels[SERVICE_NAME_LABEL]}`] : [];
  };
  slices.addHandler({
    deleted(slice) {
      for (const key of mirrored(slice)) tracker.deletionSeen(key, slice);
    },
  });
  return {
    name: 'endpointslicemirroring',
    sources: [source(all), source(services), source(slices, (slice) => mirrored(slice))],
    async reconcile(key, { signal }) {
      const present = slices.lister.byIndex(BY_ENDPOINTS, key);
      // What was written isn't in the cache yet: its event brings this key back.
      if (tracker.isStale(key, present)) return requeueAfter(1000);
      const endpoints = all.lister.get(key);
      const plan = planMirror({ endpoints, service: services.lister.get(key), slices: present });
      if (plan.skipped > 0 && endpoints) {
        const message = `Skipped ${plan.skipped} addresses when mirroring to EndpointSlices`;
        events.event(endpoints, 'Warning', 'TooManyAddressesToMirror', message);
      }
      try {
        for (const slice of plan.create) tracker.written(key, await resource.create(slice, { signal }));
      } catch (error) {
        if (statusCause(error, 'NamespaceTerminating')) return done;
        throw error;
      }
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
      if (!endpoints && present.length === 0) tracker.forget(key);
      return done;
    },
  };
}

import {
  deepEqual,
  type EndpointSlice,
  endpointSliceKind,
  isNotFound,
  nodeKind,
  objectKey,
  SERVICE_NAME_LABEL,
  type Service,
  serviceKind,
} from '@coxswain/api';
import { type Controller, done, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { planLoadBalancer, wantsLoadBalancer } from './plan-load-balancer.ts';

const BALANCED = 'loadBalancer';
const BY_SERVICE = 'byService';

/** Gives Services of type LoadBalancer the nodes' own addresses, as k3s' ServiceLB does; kube-proxy answers there. */
export function createServiceLbController({ client, informers, eventsOf }: ControllerContext): Controller {
  const services = informers.for(serviceKind, {
    indexes: { [BALANCED]: (service) => (wantsLoadBalancer(service) ? ['yes'] : []) },
  });
  const nodes = informers.for(nodeKind);
  const slices = informers.for(endpointSliceKind, {
    indexes: {
      [BY_SERVICE]: (slice) => [serviceKeyOf(slice)],
    },
  });
  const events = eventsOf('service-controller');
  const balanced = () => services.lister.byIndex(BALANCED, 'yes');
  const allKeys = () => balanced().map(objectKey);

  async function publish(service: Service, ips: readonly string[], signal: AbortSignal): Promise<boolean> {
    const wanted = ips.map((ip) => ({ ip, ipMode: 'VIP' }));
    if (deepEqual(service.status?.loadBalancer?.ingress ?? [], wanted)) return false;
    const { namespace, name, resourceVersion } = service.metadata;
    const body = {
      metadata: { resourceVersion },
      status: { loadBalancer: { ingress: wanted.length > 0 ? wanted : null } },
    };
    await client
      .resource(serviceKind)
      .patch(name, { type: 'merge', body }, { namespace, subresource: 'status', signal })
      .catch((error) => {
        if (!isNotFound(error)) throw error;
      });
    return true;
  }

  return {
    name: 'service-lb-controller',
    sources: [
      // A port that one gives up another may be waiting for.
      source(services, (service) => [...new Set([objectKey(service), ...allKeys()])]),
      source(nodes, allKeys),
      source(slices, (slice) => {
        const key = serviceKeyOf(slice);
        const service = services.lister.get(key);
        return service && wantsLoadBalancer(service) && service.spec?.externalTrafficPolicy === 'Local' ? [key] : [];
      }),
    ],
    async reconcile(key, { signal }) {
      const service = services.lister.get(key);
      if (!service || service.metadata.deletionTimestamp !== undefined) return done;
      if (!wantsLoadBalancer(service)) {
        // Another class' addresses are another controller's; a Service that is none any more has no addresses.
        if (service.spec?.type !== 'LoadBalancer') await publish(service, [], signal);
        return done;
      }
      const plan = planLoadBalancer(service, {
        balanced: balanced(),
        nodes: nodes.lister.list(),
        slices: slices.lister.byIndex(BY_SERVICE, key),
      });
      if (plan.kind === 'refused') {
        await publish(service, [], signal);
        events.event(service, 'Warning', 'SyncLoadBalancerFailed', `Error syncing load balancer: ${plan.message}`);
        return done;
      }
      if (await publish(service, plan.ips, signal))
        events.event(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
      return done;
    },
  };
}

function serviceKeyOf({ metadata }: EndpointSlice): string {
  return `${metadata.namespace}/${metadata.labels?.[SERVICE_NAME_LABEL] ?? ''}`;
}

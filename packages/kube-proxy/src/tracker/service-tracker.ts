import type { EndpointSlice, Service } from '@coxswain/api';
import { SERVICE_NAME_LABEL } from '@coxswain/api';
import type { Informer } from '@coxswain/client';
import { emptyRuleSet, type RuleSet, type ServicePortRule } from '../rule-set.ts';
import { type BuildOptions, buildServiceRules } from './build-service-rules.ts';
import { OTHER_PROXY_LABEL } from './kept-parts.ts';

/** The index of EndpointSlices by the Service they belong to. */
export const BY_SERVICE = 'byService';

export interface TrackerOptions {
  readonly services: Informer<Service>;
  readonly slices: Informer<EndpointSlice>;
  readonly place: BuildOptions;
  /** Called when something changed; may be called often. */
  readonly onChange: () => void;
  /** Told of a Service whose objects can't be understood; it has no rules. */
  readonly onBadInput?: (service: string, err: unknown) => void;
}

/** Turns Services and EndpointSlices into rule sets, rebuilding only what changed. */
export class ServiceTracker {
  readonly #options: TrackerOptions;
  #dirty = new Set<string>();
  #ruleSet: RuleSet = emptyRuleSet;
  #place: BuildOptions;

  constructor(options: TrackerOptions) {
    this.#options = options;
    this.#place = options.place;
    const { services, slices } = options;
    slices.addIndex(BY_SERVICE, (slice) => {
      const key = serviceOf(slice);
      return key === undefined ? [] : [key];
    });
    const mark = (key: string | undefined) => {
      if (key === undefined) return;
      this.#dirty.add(key);
      options.onChange();
    };
    services.addHandler({
      added: (service) => mark(keyOf(service)),
      updated: (service) => mark(keyOf(service)),
      deleted: (service) => mark(keyOf(service)),
    });
    slices.addHandler({
      added: (slice) => mark(serviceOf(slice)),
      updated: (slice, old) => {
        mark(serviceOf(slice));
        if (serviceOf(old) !== serviceOf(slice)) mark(serviceOf(old));
      },
      deleted: (slice) => mark(serviceOf(slice)),
    });
  }

  /** The node was labelled with another zone: every Service may have other near endpoints. */
  setZone(zone: string | undefined): void {
    if (zone === this.#place.zone) return;
    this.#place = { ...this.#place, zone };
    for (const service of this.#options.services.lister.list()) this.#dirty.add(keyOf(service));
    this.#options.onChange();
  }

  /** The rules as of now, and the Services whose rules may differ since the last call. */
  take(): { ruleSet: RuleSet; changed: ReadonlySet<string>; before: RuleSet } {
    const before = this.#ruleSet;
    const changed = this.#dirty;
    this.#dirty = new Set();
    if (changed.size > 0) {
      const services = new Map(before.services);
      for (const key of changed) {
        const rules = this.#rulesOf(key);
        if (rules.length === 0) services.delete(key);
        else services.set(key, rules);
      }
      this.#ruleSet = { services };
    }
    return { ruleSet: this.#ruleSet, changed, before };
  }

  #rulesOf(key: string): ServicePortRule[] {
    const { services, slices } = this.#options;
    const service = services.lister.get(key);
    if (!service || service.metadata.labels?.[OTHER_PROXY_LABEL] !== undefined) return [];
    try {
      return buildServiceRules(service, slices.lister.byIndex(BY_SERVICE, key), this.#place);
    } catch (err) {
      this.#options.onBadInput?.(key, err);
      return [];
    }
  }
}

function keyOf(service: Service): string {
  return `${service.metadata.namespace}/${service.metadata.name}`;
}

function serviceOf(slice: EndpointSlice): string | undefined {
  const name = slice.metadata.labels?.[SERVICE_NAME_LABEL];
  return name === undefined ? undefined : `${slice.metadata.namespace}/${name}`;
}

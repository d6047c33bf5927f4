import type { KubeObject } from '@coxswain/api';
import type { ApiClient, InformerFactory } from '@coxswain/client';
import type { Clock, Logger } from '@coxswain/foundation';

/** Tells users what a controller did, as Events on the object. Never throws and never waits. */
export interface Events {
  event(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** What every controller is given. */
export interface ControllerContext {
  readonly client: ApiClient;
  /** Shared by all controllers. */
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
  /** Events that name `component` as their source. */
  eventsOf(component: string): Events;
}

export type { NodeInfo } from './cache/node-info.ts';
export type { PodInfo } from './cache/pod-info.ts';
export type { Snapshot } from './cache/snapshot.ts';
export { ConfigurationError } from './config/configuration-error.ts';
export { loadConfiguration, parseConfiguration } from './config/load-configuration.ts';
export type { SchedulerConfiguration } from './config/scheduler-configuration.ts';
export type { Extender } from './extender/extender.ts';
export type { ClusterEvent, EventName, EventRegistration, QueueingHint } from './framework/cluster-event.ts';
export { CycleState, type StateKey, stateKey } from './framework/cycle-state.ts';
export type { Plugin, PluginEntry, PluginFactory, PluginHandle } from './framework/plugin.ts';
export {
  failed,
  isRejection,
  type Rejection,
  type Status,
  skip,
  success,
  unresolvable,
  unschedulable,
} from './framework/status.ts';
export { defaultPlugins } from './plugins/default-plugins.ts';
export { type LeaderElectionFlags, type RunSchedulerOptions, runScheduler } from './run-scheduler.ts';
export { type Profile, type SchedulerOptions, schedule } from './scheduler.ts';

export type { ControllerContext, Events } from './controller-context.ts';
export { isControllerEnabled } from './is-controller-enabled.ts';
export {
  type Concurrency,
  type ControllerManagerOptions,
  type ControllerSettings,
  defaultSettings,
} from './options.ts';
export { type Registration, registrations } from './registrations.ts';
export { runControllerManager } from './run-controller-manager.ts';
export { type RunControllersOptions, runControllers } from './run-controllers.ts';

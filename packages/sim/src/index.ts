export { runSim, type SimDependencies } from './run-sim.ts';
export type { SimOptions } from './sim-options.ts';

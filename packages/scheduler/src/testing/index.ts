export { type InProcessScheduler, inProcessScheduler } from './in-process.ts';
export { type KnownVolumes, knownVolumes, makeClaim, makeVolume, type VolumeParts } from './known-volumes.ts';
export { makeNode, makePod, type NodeParts, type PodParts } from './make-objects.ts';
export { arbitraryNode, arbitraryPod, NAMESPACES } from './oracle/arbitrary-cluster.ts';
export { mayRun } from './oracle/may-run.ts';
export { runFilter, runScore, snapshotOf, testHandle } from './run-filter.ts';

import { applying } from './applying.ts';
import { cluster } from './cluster.ts';
import { deleting } from './deleting.ts';
import { generators } from './generators.ts';
import { reading } from './reading.ts';
import { appliesTo, type Step } from './step.ts';
import { workloads } from './workloads.ts';

/** What every kubectl must be able to do, in order, in an empty namespace and with a node of its own. */
const SCRIPT: readonly Step[] = [...applying, ...workloads, ...reading, ...generators, ...cluster, ...deleting];

/** The part of the script that this minor version knows. */
export function scriptFor(minor: number): readonly Step[] {
  return SCRIPT.filter((step) => appliesTo(step, minor));
}

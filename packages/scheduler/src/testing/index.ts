export { makeNode, makePod, type NodeParts, type PodParts } from './make-objects.ts';

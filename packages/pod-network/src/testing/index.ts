export { NodeLab } from './node-lab.ts';

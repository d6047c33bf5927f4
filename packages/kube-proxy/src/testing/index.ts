export type { ProxyMode } from '../create-backend.ts';
export { ADDRESS, ProxyLab } from './proxy-lab.ts';
export { many, sampleService, sampleSlice } from './sample-objects.ts';
export { endpointAt, sampleRule } from './sample-rule.ts';

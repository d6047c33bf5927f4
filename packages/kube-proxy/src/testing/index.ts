export { endpointAt, sampleRule } from './sample-rule.ts';

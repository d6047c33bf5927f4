export { type IngressOptions, runIngress } from './run-ingress.ts';

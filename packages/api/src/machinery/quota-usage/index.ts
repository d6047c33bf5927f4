export { quotaScopes, resourceOf, usageOf } from './object-usage.ts';
export { addTo, podInScope, podUsage, type Usage } from './pod-usage.ts';

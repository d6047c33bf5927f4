export { createRequest } from './create-request.ts';
export { type TestCluster, testCluster } from './test-cluster.ts';

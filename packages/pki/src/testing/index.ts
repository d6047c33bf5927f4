export { type TestCluster, testCluster } from './test-cluster.ts';

export { aCronJob } from './cron-job-fixture.ts';
export { aDaemonSet } from './daemon-set-fixture.ts';
export { makeReady, startFakeKubelet } from './fake-kubelet.ts';
export { aDeployment, aNode, aPod, aReplicaSet, aService, aTemplate, type PodFixture } from './fixtures.ts';
export { aJob } from './job-fixture.ts';
export { randomHistories } from './random-histories.ts';
export { seeded } from './seeded.ts';
export { type StartedControllers, serveDiscovery, startControllers } from './start-controllers.ts';
export { aStatefulSet } from './stateful-set-fixture.ts';

export { startContainerd, type TestContainerd } from './containerd.ts';
export { FakeImages } from './fake-images.ts';
export type { FakeContainer, FakeSandbox } from './fake-messages.ts';
export { type FakeProcess, FakeRuntime, type FakeRuntimeOptions } from './fake-runtime.ts';
export { loopbackClient } from './loopback-client.ts';

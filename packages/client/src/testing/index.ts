export type { FakeAction, FakeReactor } from './action.ts';
export { deepFreeze } from './deep-freeze.ts';
export { FakeApiClient, type FakeRequestHandler } from './fake-api-client.ts';
export { FakeStore } from './fake-store.ts';

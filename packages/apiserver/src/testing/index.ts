export { EtcdServer } from './etcd-server.ts';
export { MemoryStorage } from './memory-storage.ts';
export { TEST_TOKEN, type TestAnswer, TestApiserver, type TestRequest } from './test-apiserver.ts';

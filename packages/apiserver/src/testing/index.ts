export { EtcdServer } from './etcd-server.ts';
export { MemoryStorage } from './memory-storage.ts';

import { MemoryStorage } from '../testing/memory-storage.ts';
import { storageContract } from './testing/storage-contract.ts';

storageContract('memory', async () => new MemoryStorage());

import { startContainerd } from './testing/containerd.ts';
import { criContract } from './testing/cri-contract.ts';

criContract("containerd's own CRI", { runsProcesses: true }, () => startContainerd());

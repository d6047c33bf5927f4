export { ChildChannel } from './child-channel.ts';
export { type EventuallyOptions, eventually } from './eventually.ts';
export { FakeClock } from './fake-clock.ts';
export { NetworkAgent, NetworkLab, type Question } from './network-lab.ts';
export { datagramFromPortZero, rawPacket } from './raw-packet.ts';
export { temporaryFolder } from './temporary-folder.ts';

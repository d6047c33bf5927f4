export { openForward } from './port-forward/open-forward.ts';
export type { Dial } from './port-forward/serve-port-forward.ts';
export type {
  CommandOutcome,
  RemoteCommandSession,
  RunCommand,
  StreamChoice,
} from './remote-command/session.ts';
export { type TerminalSize, TerminalSizes } from './remote-command/terminal-sizes.ts';
export { StreamingServer, type StreamingServerOptions, type StreamingTask } from './server/streaming-server.ts';
export { offeredProtocols, type Upgrade, upgradeOf } from './upgrade/protocols.ts';
export { type ProxyUpgradeOptions, proxyUpgrade, type UpgradeTarget } from './upgrade/proxy-upgrade.ts';
export { refuseUpgrade } from './upgrade/refuse-upgrade.ts';

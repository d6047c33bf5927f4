import type { Command } from './context.ts';

/** The commands by name; a command's code is loaded only when it is called. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  get: async () => (await import('./get/get-command.ts')).getCommand,
  describe: async () => (await import('./describe/describe-command.ts')).describeCommand,
  logs: async () => (await import('./logs/logs-command.ts')).logsCommand,
  apply: async () => (await import('./apply/apply-command.ts')).applyCommand,
  delete: async () => (await import('./delete/delete-command.ts')).deleteCommand,
  'api-resources': async () => (await import('./resources/api-resources-command.ts')).apiResourcesCommand,
  image: async () => (await import('./image/image-command.ts')).imageCommand,
  version: async () => (await import('./version/version-command.ts')).versionCommand,
};

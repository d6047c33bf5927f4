import { usage } from '@coxswain/foundation';
import type { Command } from './context.ts';

/** What --help says of one command. */
export function commandHelp(command: Command): string {
  return `${command.summary}\n\nUsage:\n  cox ${command.usage}\n\nFlags:\n${usage(command.flags)}\n`;
}

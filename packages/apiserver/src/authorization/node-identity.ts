import type { UserInfo } from '../authentication/user-info.ts';

const PREFIX = 'system:node:';
const NODES = 'system:nodes';

/** The name of the node that a user is ('' when the user's name has none in it); undefined for everybody else. */
export function nodeIdentity({ name, groups }: UserInfo): string | undefined {
  return name.startsWith(PREFIX) && groups.includes(NODES) ? name.slice(PREFIX.length) : undefined;
}

import { authenticated, type UserInfo } from './user-info.ts';

/** A line of the token file that can't be read; the message names the line but not the token. */
export class TokenFileError extends Error {
  override readonly name = 'TokenFileError';
}

/** Reads upstream's --token-auth-file: CSV lines `token,user,uid,"group1,group2"`. Returns users by token. */
export function parseTokenFile(text: string): ReadonlyMap<string, UserInfo> {
  const users = new Map<string, UserInfo>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const columns = parseCsvLine(line);
    const [token, name, uid, groups] = columns;
    if (columns.length < 3 || token === undefined || name === undefined || uid === undefined)
      throw new TokenFileError(`line ${index + 1}: want token,user,uid[,"groups"], got ${columns.length} columns`);
    if (token === '') throw new TokenFileError(`line ${index + 1}: empty token`);
    users.set(
      token,
      authenticated(
        name,
        uid,
        (groups ?? '').split(',').filter((group) => group !== ''),
      ),
    );
  }
  return users;
}

function parseCsvLine(line: string): string[] {
  const columns: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y;
  for (;;) {
    const match = pattern.exec(line);
    if (!match) throw new TokenFileError('a quote is not closed');
    columns.push(match[1] === undefined ? (match[2] ?? '').trim() : match[1].replaceAll('""', '"'));
    if (match[3] === '') return columns;
  }
}

import type { UserInfo } from './user-info.ts';

/** Whose token it is and for which of the asked audiences it was made. */
export interface TokenOwner {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
}

type Answer = TokenOwner | undefined;

/** Tells whose a bearer token is. */
export interface TokenAuthenticator {
  /**
   * Undefined when the token is not known, not valid now, or for none of `audiences`. At once where nothing needs to be
   * computed or read.
   */
  ownerOf(token: string, audiences: readonly string[]): Answer | Promise<Answer>;
}

/** Tokens of a file; they are for the server's own audiences. */
export function staticTokens(
  users: ReadonlyMap<string, UserInfo>,
  serverAudiences: readonly string[],
): TokenAuthenticator {
  return {
    ownerOf(token, audiences) {
      const user = users.get(token);
      if (!user) return undefined;
      const common = audiences.filter((audience) => serverAudiences.includes(audience));
      return common.length === 0 && audiences.length > 0 ? undefined : { user, audiences: common };
    },
  };
}

/** Asks one after another. */
export function anyAuthenticator(authenticators: readonly TokenAuthenticator[]): TokenAuthenticator {
  const ask = (token: string, audiences: readonly string[], from: number): Answer | Promise<Answer> => {
    for (let i = from; i < authenticators.length; i++) {
      const answer = authenticators[i]?.ownerOf(token, audiences);
      if (answer instanceof Promise) return answer.then((owner) => owner ?? ask(token, audiences, i + 1));
      if (answer) return answer;
    }
    return undefined;
  };
  return { ownerOf: (token, audiences) => ask(token, audiences, 0) };
}

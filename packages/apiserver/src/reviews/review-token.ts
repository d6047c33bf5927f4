import type { TokenReview } from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { wireUser } from './review-self.ts';

/** Whose token is it? */
export async function reviewToken(
  { tokens, audiences: own }: Pick<HandlerDependencies, 'tokens' | 'audiences'>,
  _user: UserInfo,
  review: TokenReview,
): Promise<void> {
  const { token = '', audiences = [] } = review.spec;
  const owner = await tokens.ownerOf(token, audiences.length > 0 ? audiences : own);
  review.status = owner
    ? { authenticated: true, user: wireUser(owner.user), audiences: [...owner.audiences] }
    : { user: {}, error: 'invalid bearer token' };
}

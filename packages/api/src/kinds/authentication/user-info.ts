import { list, map, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';

export const UserInfo = struct('UserInfo', {
  username: str(1),
  uid: str(2),
  groups: list(3, str()).atomic(),
  extra: map(4, list(0, str())),
});
export type UserInfo = Infer<typeof UserInfo>;

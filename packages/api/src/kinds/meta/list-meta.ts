import { int64, of, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';

export const ShardInfo = struct('ShardInfo', {
  selector: str(1).required(),
});
export type ShardInfo = Infer<typeof ShardInfo>;

export const ListMeta = struct('ListMeta', {
  selfLink: str(1),
  resourceVersion: str(2),
  continue: str(3),
  remainingItemCount: int64(4).pointer(),
  shardInfo: of(5, ShardInfo),
});
export type ListMeta = Infer<typeof ListMeta>;

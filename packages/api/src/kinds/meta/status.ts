import { int32, list, of, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ListMeta } from './list-meta.ts';

export const StatusCauseSchema = struct('StatusCause', {
  reason: str(1),
  message: str(2),
  field: str(3),
});
export type StatusCauseSchema = Infer<typeof StatusCauseSchema>;

export const StatusDetailsSchema = struct('StatusDetails', {
  name: str(1),
  group: str(2),
  kind: str(3),
  causes: list(4, StatusCauseSchema).atomic(),
  retryAfterSeconds: int32(5),
  uid: str(6),
});
export type StatusDetailsSchema = Infer<typeof StatusDetailsSchema>;

export const StatusSchema = struct('Status', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ListMeta),
  status: str(2),
  message: str(3),
  reason: str(4),
  details: of(5, StatusDetailsSchema),
  code: int32(6),
});
export type StatusSchema = Infer<typeof StatusSchema>;

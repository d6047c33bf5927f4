import type { Answer, RequestContext } from '../server/request-context.ts';
import type { Resources } from '../server/resources.ts';

export class OpenApi {
  constructor(_resources: Resources) {}
  answer(_context: RequestContext, _path: string): Answer | undefined {
    return undefined;
  }
}

import { isStatus, type KubeObject, newInternalError, StatusError } from '@coxswain/api';
import type { WatchEvent } from '../api-client.ts';
import { splitLines } from './split-lines.ts';

interface WireEvent {
  readonly type: string;
  readonly object: unknown;
}

/** The events of a watch's body. Throws the StatusError that an ERROR event carries. */
export async function* watchEvents<T extends KubeObject>(body: AsyncIterable<Buffer>): AsyncGenerator<WatchEvent<T>> {
  for await (const line of splitLines(body)) {
    const event = JSON.parse(line.toString('utf8')) as WireEvent;
    switch (event.type) {
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED':
        yield { type: event.type, object: event.object as T };
        break;
      case 'BOOKMARK':
        yield { type: 'BOOKMARK', resourceVersion: (event.object as T).metadata.resourceVersion ?? '' };
        break;
      case 'ERROR':
        throw isStatus(event.object)
          ? new StatusError(event.object)
          : newInternalError(new Error('watch ended with an error that is no Status'));
      default:
        throw newInternalError(new Error(`unknown watch event type ${JSON.stringify(event.type)}`));
    }
  }
}

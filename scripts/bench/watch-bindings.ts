import { request } from 'node:https';
import type { Target } from './target.ts';

const NAME = /"metadata":\{[^{}]*"name":"([^"]+)"/;
const NODE = /"nodeName":"([^"]+)"/;

/** Watches pods and tells each one's node, once or more often; the returned function ends it. */
export function watchBindings(
  { server, token, ca }: Target,
  path: string,
  onBound: (name: string, nodeName: string) => void,
): Promise<() => void> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  return new Promise((resolve, reject) => {
    const call = request(`${server}${path}?watch=true`, { ca, headers }, (response) => {
      let rest = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const name = NAME.exec(line)?.[1];
          const nodeName = NODE.exec(line)?.[1];
          if (name !== undefined && nodeName !== undefined) onBound(name, nodeName);
        }
      });
      response.on('error', () => {});
      if (response.statusCode === 200) resolve(() => call.destroy());
      else reject(new Error(`watch of ${path}: ${response.statusCode}`));
    });
    call.once('error', reject);
    call.end();
  });
}

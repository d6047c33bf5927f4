export interface PodPath {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string | undefined;
}

/** What a request to the kubelet's streaming endpoints asks for. */
export type StreamRequest =
  | (PodPath & {
      readonly kind: 'exec' | 'attach';
      readonly container: string;
      readonly cmd: readonly string[];
      readonly stdin: boolean;
      readonly stdout: boolean;
      readonly stderr: boolean;
      readonly tty: boolean;
    })
  | (PodPath & { readonly kind: 'portForward'; readonly ports: readonly number[] })
  | { readonly kind: 'bad'; readonly message: string }
  | { readonly kind: 'none' };

/** Pure. `/exec|attach/<namespace>/<pod>[/<uid>]/<container>` and `/portForward/<namespace>/<pod>[/<uid>]`. */
export function parseStreamRequest(url: string): StreamRequest {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  let parts: string[];
  try {
    parts = path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return { kind: 'none' };
  }
  const [kind, namespace, pod, ...rest] = parts;
  if (!namespace || !pod) return { kind: 'none' };
  if (kind === 'portForward') {
    if (rest.length > 1) return { kind: 'none' };
    const texts = query.getAll('port').flatMap((text) => text.split(','));
    const ports = texts.map(Number);
    const wrong = ports.findIndex((port) => !Number.isInteger(port) || port < 1 || port > 0xffff);
    if (wrong >= 0) return { kind: 'bad', message: `invalid port "${texts[wrong]}"` };
    return { kind, namespace, pod, uid: rest[0], ports };
  }
  if ((kind !== 'exec' && kind !== 'attach') || rest.length < 1 || rest.length > 2) return { kind: 'none' };
  const flag = (name: string) => query.get(name) === '1' || query.get(name) === 'true';
  const tty = flag('tty');
  const streams = { stdin: flag('input'), stdout: flag('output'), stderr: flag('error') && !tty, tty };
  if (!streams.stdin && !streams.stdout && !streams.stderr)
    return { kind: 'bad', message: 'you must specify at least 1 of stdin, stdout, stderr' };
  const container = rest.at(-1) as string;
  const uid = rest.length === 2 ? rest[0] : undefined;
  return { kind, namespace, pod, uid, container, cmd: query.getAll('command'), ...streams };
}

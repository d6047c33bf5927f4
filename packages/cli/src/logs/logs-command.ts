import { isNotFound, type Pod } from '@coxswain/api';
import { parseFlags, UsageError } from '@coxswain/foundation';
import type { Command, Context, Session } from '../context.ts';
import { getObjects } from '../get/requests.ts';
import { type ApiResource, resourcePath } from '../resources/resource.ts';
import { ResourceFinder } from '../resources/resource-finder.ts';
import { chooseContainers } from './choose-containers.ts';
import { LOGS_FLAGS } from './logs-flags.ts';
import { selectorText } from './selector-text.ts';

type LogsFlags = ReturnType<typeof parseFlags<typeof LOGS_FLAGS>>['flags'];

interface Reader {
  readonly flags: LogsFlags;
  readonly session: Session;
  readonly context: Context;
  readonly pods: ApiResource;
}

export const logsCommand: Command = {
  usage: 'logs (POD | TYPE/NAME | -l LABEL) [-c CONTAINER] [flags]',
  summary: "Print containers' logs",
  flags: LOGS_FLAGS,
  async run(argv, context) {
    const { flags, args } = parseFlags(LOGS_FLAGS, argv);
    const [what, container, ...rest] = args;
    if (rest.length > 0 || (what === undefined) === (flags.selector === ''))
      throw new UsageError(
        "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
      );
    if (flags['since-time'] !== '' && flags.since > 0)
      throw new UsageError('at most one of `sinceTime` or `sinceSeconds` may be specified');
    const session = await context.connect(flags);
    const finder = new ResourceFinder(session, context);
    const [pods] = await finder.find('pods');
    const reader: Reader = { flags, session, context, pods: pods as ApiResource };
    const found = what === undefined ? await listPods(flags.selector, reader) : await podsOf(what, finder, reader);
    const sources = found.flatMap((pod) => {
      const wanted = { container: flags.container || container || '', all: flags['all-containers'] };
      const { containers, notice } = chooseContainers(pod, wanted);
      if (notice !== undefined) context.err(`${notice}\n`);
      return containers.map((name) => ({ pod: pod.metadata.name, container: name }));
    });
    const one = (source: { pod: string; container: string }) => copyLog(source.pod, source.container, reader);
    if (flags.follow) await Promise.all(sources.map(one));
    else for (const source of sources) await one(source);
    return 0;
  },
};

/** The pod, or the first ready one of a workload, as kubectl chooses. */
async function podsOf(what: string, finder: ResourceFinder, reader: Reader): Promise<Pod[]> {
  const { session, context, pods } = reader;
  const [type = '', name = ''] = what.includes('/') ? what.split('/') : ['pods', what];
  const [resource] = await finder.find(type);
  const path = resourcePath(resource as ApiResource, session.namespace, name);
  const options = { signal: context.signal, timeoutMs: session.timeoutMs };
  const object = await session.client.request('GET', path, options).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    throw new Error(`error from server (NotFound): ${(error as Error).message} in namespace "${session.namespace}"`);
  });
  if (resource?.plural === pods.plural && resource.group === '') return [object as Pod];
  const selector = selectorText((object as { spec?: { selector?: unknown } }).spec?.selector);
  if (selector === undefined) throw new Error(`cannot get the logs from ${resource?.kind}: no selector for its pods`);
  const found = await listPods(selector, reader);
  const [first] = found.sort((a, b) => rank(a) - rank(b));
  if (!first) throw new Error(`timed out waiting for the condition: no pods of ${what} found`);
  if (found.length > 1) context.err(`Found ${found.length} pods, using pod/${first.metadata.name}\n`);
  return [first];
}

function rank({ status }: Pod): number {
  const ready = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True');
  return (status?.phase === 'Running' ? 0 : 2) + (ready ? 0 : 1);
}

async function listPods(labelSelector: string, { session, context, pods }: Reader): Promise<Pod[]> {
  const scope = { session, context, namespace: session.namespace, labelSelector, fieldSelector: '', chunkSize: 500 };
  return (await getObjects({ resource: pods }, scope)) as unknown as Pod[];
}

async function copyLog(pod: string, container: string, { flags, session, context, pods }: Reader): Promise<void> {
  const { follow, previous, timestamps, since, tail, selector } = flags;
  const lines = tail >= 0 ? tail : selector === '' ? undefined : 10;
  const query = new URLSearchParams({ container });
  if (follow) query.set('follow', 'true');
  if (previous) query.set('previous', 'true');
  if (timestamps) query.set('timestamps', 'true');
  if (since > 0) query.set('sinceSeconds', String(Math.ceil(since / 1000)));
  if (flags['since-time'] !== '') query.set('sinceTime', flags['since-time']);
  if (lines !== undefined) query.set('tailLines', String(lines));
  if (flags['limit-bytes'] > 0) query.set('limitBytes', String(flags['limit-bytes']));
  const path = `${resourcePath(pods, session.namespace, pod)}/log?${query}`;
  try {
    const chunks = session.client.stream(path, { accept: '*/*', signal: context.signal, idleMs: 0 });
    const prefix = flags.prefix ? `[pod/${pod}/${container}] ` : '';
    for await (const chunk of prefix === '' ? chunks : prefixLines(chunks, prefix)) {
      context.out(chunk);
      await context.drained();
    }
  } catch (error) {
    if (!flags['ignore-errors']) throw error;
    context.err(`error: ${(error as Error).message}\n`);
  }
}

async function* prefixLines(chunks: AsyncIterable<Buffer>, prefix: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield lines.map((line) => `${prefix}${line}\n`).join('');
  }
  if (rest !== '') yield `${prefix}${rest}\n`;
}

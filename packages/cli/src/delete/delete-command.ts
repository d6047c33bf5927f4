import { isNotFound } from '@coxswain/api';
import { parseFlags, systemClock, UsageError } from '@coxswain/foundation';
import { type Command, type Context, GLOBAL_FLAGS, type Session } from '../context.ts';
import { Failures } from '../describe-error.ts';
import { readManifests } from '../files/read-manifests.ts';
import { getObjects } from '../get/requests.ts';
import { type ApiResource, resourceName, resourcePath } from '../resources/resource.ts';
import { ResourceFinder } from '../resources/resource-finder.ts';
import { selectObjects } from '../resources/select-objects.ts';

const DELETE_FLAGS = {
  ...GLOBAL_FLAGS,
  filename: { kind: 'list', short: 'f', help: 'files, folders or - that name the objects' },
  recursive: { kind: 'boolean', short: 'R', help: 'folders with those inside' },
  selector: { kind: 'string', default: '', short: 'l', help: 'label selector' },
  'field-selector': { kind: 'string', default: '', help: 'field selector' },
  all: { kind: 'boolean', help: 'all objects of the types' },
  'all-namespaces': { kind: 'boolean', short: 'A', help: 'of all namespaces' },
  cascade: { kind: 'string', default: 'background', alone: 'background', help: 'background, orphan or foreground' },
  'grace-period': { kind: 'number', default: -1, help: "seconds to end by itself; the object's own if negative" },
  force: { kind: 'boolean', help: 'with a grace period of 0: at once, without waiting for the node' },
  now: { kind: 'boolean', help: 'the shortest graceful shutdown, as --grace-period=1' },
  'ignore-not-found': { kind: 'boolean', help: 'an object that is not there is no error' },
  wait: { kind: 'boolean', default: true, help: 'wait until the objects are gone' },
  timeout: { kind: 'duration', default: '0', help: 'longest wait; 0 for as long as it takes' },
  output: { kind: 'string', default: '', short: 'o', help: 'name for shorter output' },
} as const;

type DeleteFlags = ReturnType<typeof parseFlags<typeof DELETE_FLAGS>>['flags'];

interface Target {
  readonly resource: ApiResource;
  readonly namespace: string | undefined;
  readonly name: string;
}

interface Deleter {
  readonly flags: DeleteFlags;
  readonly session: Session;
  readonly context: Context;
  readonly body: string;
}

const POLICIES: Readonly<Record<string, string>> = {
  background: 'Background',
  orphan: 'Orphan',
  foreground: 'Foreground',
};

export const deleteCommand: Command = {
  usage: 'delete (TYPE NAME... | TYPE/NAME... | TYPE -l LABEL | TYPE --all | -f FILE) [flags]',
  summary: 'Delete objects',
  flags: DELETE_FLAGS,
  async run(argv, context) {
    const { flags, args } = parseFlags(DELETE_FLAGS, argv);
    const body = JSON.stringify(deleteOptions(flags, context));
    const deleter: Deleter = { flags, session: await context.connect(flags), context, body };
    const failures: unknown[] = [];
    const gone: { readonly target: Target; readonly uid: string | undefined }[] = [];
    const targets = await findTargets(args, deleter);
    if (targets.length === 0) context.out('No resources found\n');
    for (const target of targets) {
      try {
        gone.push({ target, uid: await deleteOne(target, deleter) });
      } catch (error) {
        if (!(flags['ignore-not-found'] && isNotFound(error))) failures.push(error);
      }
    }
    if (flags.wait) await Promise.all(gone.map(({ target, uid }) => waitUntilGone(target, uid, deleter)));
    if (failures.length > 0) throw new Failures(failures);
    return 0;
  },
};

function deleteOptions(flags: DeleteFlags, context: Context): object {
  const propagationPolicy = POLICIES[flags.cascade];
  if (!propagationPolicy)
    throw new UsageError(`invalid cascade value (${flags.cascade}). Must be "background", "foreground", or "orphan".`);
  let grace = flags['grace-period'];
  if (flags.now) grace = 1;
  if (flags.force) {
    if (grace > 0) throw new UsageError('--force and --grace-period greater than 0 cannot be specified together');
    grace = 0;
    context.err(
      'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
    );
  } else if (grace === 0) grace = 1;
  return { propagationPolicy, ...(grace < 0 ? {} : { gracePeriodSeconds: grace }) };
}

async function findTargets(args: readonly string[], { flags, session, context }: Deleter): Promise<Target[]> {
  const finder = new ResourceFinder(session, context);
  if (flags.filename.length > 0) {
    const manifests = await readManifests(flags.filename, { recursive: flags.recursive, stdin: context.stdin });
    return Promise.all(
      manifests.map(async ({ object }) => {
        const resource = await finder.findKind(object.apiVersion, object.kind);
        const namespace = resource.namespaced ? object.metadata.namespace || session.namespace : undefined;
        return { resource, namespace, name: object.metadata.name };
      }),
    );
  }
  const selections = await selectObjects(args, finder);
  const targets: Target[] = [];
  for (const { resource, name } of selections) {
    if (name !== undefined) {
      targets.push({ resource, namespace: resource.namespaced ? session.namespace : undefined, name });
      continue;
    }
    if (flags.selector === '' && flags['field-selector'] === '' && !flags.all)
      throw new UsageError('resource(s) were provided, but no name was specified');
    const scope = {
      session,
      context,
      namespace: flags['all-namespaces'] ? undefined : session.namespace,
      labelSelector: flags.selector,
      fieldSelector: flags['field-selector'],
      chunkSize: 500,
    };
    for (const { metadata } of await getObjects({ resource }, scope))
      targets.push({
        resource,
        namespace: metadata?.['namespace'] as string | undefined,
        name: String(metadata?.['name']),
      });
  }
  return targets;
}

/** Resolves with the uid of what will be gone. */
async function deleteOne({ resource, namespace, name }: Target, deleter: Deleter): Promise<string | undefined> {
  const { session, context, flags, body } = deleter;
  const path = resourcePath(resource, namespace, name);
  const answer = (await session.client.request('DELETE', path, {
    body,
    signal: context.signal,
    timeoutMs: session.timeoutMs,
  })) as { metadata?: { uid?: string }; details?: { uid?: string } };
  const kind = `${resource.kind.toLowerCase()}${resource.group === '' ? '' : `.${resource.group}`}`;
  const where = namespace === undefined ? '' : ` from ${namespace} namespace`;
  if (flags.output === 'name') context.out(`${kind}/${name}\n`);
  else context.out(`${kind} "${name}" ${flags.force ? 'force ' : ''}deleted${where}\n`);
  return answer.metadata?.uid ?? answer.details?.uid;
}

/** @throws Error when it is still there after --timeout */
async function waitUntilGone(target: Target, uid: string | undefined, deleter: Deleter): Promise<void> {
  const { flags, session, context } = deleter;
  const path = resourcePath(target.resource, target.namespace, target.name);
  const end = flags.timeout > 0 ? context.now() + flags.timeout : Number.POSITIVE_INFINITY;
  for (let pause = 50; ; pause = Math.min(pause * 1.5, 1000)) {
    try {
      const options = { signal: context.signal, timeoutMs: session.timeoutMs };
      const found = (await session.client.request('GET', path, options)) as { metadata?: { uid?: string } };
      if (uid !== undefined && found.metadata?.uid !== uid) return;
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    if (context.now() >= end)
      throw new Error(`timed out waiting for the condition on ${resourceName(target.resource)}/${target.name}`);
    await systemClock.sleep(pause, context.signal);
  }
}

import { isConflict, isNotFound, type JsonObject } from '@coxswain/api';
import { parseFlags, UsageError } from '@coxswain/foundation';
import type { Command, Context, Session } from '../context.ts';
import { ContextError, Failures } from '../describe-error.ts';
import { type Manifest, type ManifestObject, readManifests } from '../files/read-manifests.ts';
import { type OutputFormat, parseOutputFormat } from '../output/output-format.ts';
import { type AnyObject, asList, printObject, withoutManagedFields } from '../output/print-objects.ts';
import { type ApiResource, objectName, resourceName, resourcePath } from '../resources/resource.ts';
import { ResourceFinder } from '../resources/resource-finder.ts';
import { APPLY_FLAGS } from './apply-flags.ts';
import { type ApplyPlan, planApply } from './plan-apply.ts';

type ApplyFlags = ReturnType<typeof parseFlags<typeof APPLY_FLAGS>>['flags'];

interface Applier {
  readonly session: Session;
  readonly context: Context;
  readonly flags: ApplyFlags;
  readonly validation: string;
}

interface Outcome {
  readonly resource: ApiResource;
  readonly object: AnyObject;
  readonly verb: 'created' | 'configured' | 'unchanged' | 'serverside-applied';
}

const MAX_CONFLICTS = 5;

export const applyCommand: Command = {
  usage: 'apply -f FILE [flags]',
  summary: 'Make objects as files say',
  flags: APPLY_FLAGS,
  async run(argv, context) {
    const { flags, args } = parseFlags(APPLY_FLAGS, argv);
    if (args.length > 0)
      throw new UsageError(`Unexpected args: [${args.join(' ')}]\nSee 'cox apply -h' for help and examples`);
    if (flags.filename.length === 0) throw new UsageError('must specify -f');
    const format = parseOutputFormat(flags.output);
    if (!['none', 'client', 'server'].includes(flags['dry-run']))
      throw new UsageError(`invalid dry-run value (${flags['dry-run']}). Must be "none", "server", or "client".`);
    const applier: Applier = {
      session: await context.connect(flags),
      context,
      flags,
      validation: validationOf(flags.validate),
    };
    const finder = new ResourceFinder(applier.session, context);
    const manifests = await readManifests(flags.filename, { recursive: flags.recursive, stdin: context.stdin });
    const outcomes: Outcome[] = [];
    const failures: unknown[] = [];
    for (const manifest of manifests) {
      try {
        const outcome = await applyOne(manifest, finder, applier);
        if (format.kind === 'table') report(outcome, applier);
        else if (format.kind === 'name') context.out(`${nameOf(outcome)}\n`);
        outcomes.push(outcome);
      } catch (error) {
        failures.push(error);
      }
    }
    if (format.kind !== 'table' && format.kind !== 'name') printOutcomes(outcomes, format, context);
    if (failures.length > 0) throw new Failures(failures);
    return 0;
  },
};

function validationOf(text: string): string {
  const word = { true: 'Strict', strict: 'Strict', warn: 'Warn', false: 'Ignore', ignore: 'Ignore' }[
    text.toLowerCase()
  ];
  if (!word) throw new UsageError(`invalid - validate option: ${text}`);
  return word;
}

async function applyOne({ source, object }: Manifest, finder: ResourceFinder, applier: Applier): Promise<Outcome> {
  const resource = await finder.findKind(object.apiVersion, object.kind).catch((error: unknown) => {
    const { name } = object.metadata;
    throw new Error(
      `resource mapping not found for name: "${name}" namespace: "${object.metadata.namespace ?? ''}" from "${source}": ${(error as Error).message}`,
    );
  });
  const manifest = placed(object, resource, applier);
  if (applier.flags['server-side']) return applyServerSide(manifest, resource, applier);
  for (let attempt = 1; ; attempt++) {
    const live = await getLive(manifest, resource, applier, source);
    const plan = planApply(manifest, live);
    try {
      return await carryOut(plan, manifest, live, resource, applier);
    } catch (error) {
      if (plan.kind === 'patch' && isConflict(error) && attempt < MAX_CONFLICTS) continue;
      throw new ContextError(
        `error when ${plan.kind === 'create' ? 'creating' : 'applying patch for'} "${source}"`,
        error,
      );
    }
  }
}

/** With the namespace that it goes to. @throws Error when flag and manifest disagree */
function placed(object: ManifestObject, resource: ApiResource, { flags, session }: Applier): ManifestObject {
  const { namespace, ...metadata } = object.metadata;
  if (!resource.namespaced) return { ...object, metadata } as ManifestObject;
  if (namespace && flags.namespace !== '' && namespace !== flags.namespace)
    throw new Error(
      `the namespace from the provided object "${namespace}" does not match the namespace "${flags.namespace}". You must pass '--namespace=${namespace}' to perform this operation.`,
    );
  return { ...object, metadata: { ...object.metadata, namespace: namespace || session.namespace } };
}

async function getLive(
  { metadata }: ManifestObject,
  resource: ApiResource,
  { session, context }: Applier,
  source: string,
): Promise<JsonObject | undefined> {
  const path = resourcePath(resource, metadata.namespace, metadata.name);
  const options = { signal: context.signal, timeoutMs: session.timeoutMs };
  try {
    return (await session.client.request('GET', path, options)) as JsonObject;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new ContextError(`error when retrieving current configuration of "${source}"`, error);
  }
}

async function carryOut(
  plan: ApplyPlan,
  manifest: ManifestObject,
  live: JsonObject | undefined,
  resource: ApiResource,
  applier: Applier,
): Promise<Outcome> {
  const { namespace, name } = manifest.metadata;
  const pretend = applier.flags['dry-run'] === 'client';
  switch (plan.kind) {
    case 'unchanged':
      return { resource, object: live as AnyObject, verb: 'unchanged' };
    case 'create': {
      const object = pretend
        ? plan.object
        : await send(applier, 'POST', resourcePath(resource, namespace), plan.object, 'application/json');
      return { resource, object: object as AnyObject, verb: 'created' };
    }
    case 'patch': {
      if (plan.neverApplied)
        applier.context.err(
          `Warning: resource ${resourceName(resource)}/${name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by cox apply. It will be patched automatically.\n`,
        );
      const media = `application/${plan.type === 'strategic' ? 'strategic-merge-patch' : 'merge-patch'}+json`;
      const path = resourcePath(resource, namespace, name);
      const object = pretend ? live : await send(applier, 'PATCH', path, plan.patch, media);
      const before = live?.['metadata'] as { resourceVersion?: string } | undefined;
      const after = (object as AnyObject).metadata;
      const same = !pretend && before?.resourceVersion === after?.['resourceVersion'];
      return { resource, object: object as AnyObject, verb: same ? 'unchanged' : 'configured' };
    }
    default:
      return plan satisfies never;
  }
}

async function applyServerSide(manifest: ManifestObject, resource: ApiResource, applier: Applier): Promise<Outcome> {
  const { namespace, name } = manifest.metadata;
  const path = resourcePath(resource, namespace, name);
  const object = await send(applier, 'PATCH', path, manifest, 'application/apply-patch+yaml', {
    force: String(applier.flags['force-conflicts']),
  });
  return { resource, object: object as AnyObject, verb: 'serverside-applied' };
}

function send(
  { session, context, flags, validation }: Applier,
  method: string,
  path: string,
  body: unknown,
  contentType: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const manager = flags['field-manager'] || (flags['server-side'] ? 'kubectl' : 'kubectl-client-side-apply');
  return session.client.request(method, path, {
    body: JSON.stringify(body),
    contentType,
    query: {
      ...extra,
      fieldManager: manager,
      fieldValidation: validation,
      dryRun: flags['dry-run'] === 'server' ? 'All' : undefined,
    },
    signal: context.signal,
    timeoutMs: session.timeoutMs,
  });
}

function nameOf({ resource, object }: Outcome): string {
  return objectName(resource, String(object.metadata?.['name'] ?? ''));
}

function report(outcome: Outcome, { flags, context }: Applier): void {
  const dry = { none: '', client: ' (dry run)', server: ' (server dry run)' }[flags['dry-run']] ?? '';
  context.out(`${nameOf(outcome)} ${outcome.verb}${dry}\n`);
}

function printOutcomes(
  outcomes: readonly Outcome[],
  format: Exclude<OutputFormat, { kind: 'table' } | { kind: 'name' }>,
  context: Context,
): void {
  const objects = outcomes.map(({ object }) => withoutManagedFields(object));
  if (objects.length > 0)
    context.out(printObject(objects.length === 1 ? (objects[0] as AnyObject) : asList(objects), format));
}

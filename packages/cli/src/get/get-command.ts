import { isNotFound } from '@coxswain/api';
import { parseFlags, UsageError } from '@coxswain/foundation';
import type { Command, Context, Session } from '../context.ts';
import { Failures } from '../describe-error.ts';
import { readManifests } from '../files/read-manifests.ts';
import { type OutputFormat, parseOutputFormat } from '../output/output-format.ts';
import { type AnyObject, asList, printObject, withoutManagedFields } from '../output/print-objects.ts';
import { objectName } from '../resources/resource.ts';
import { ResourceFinder } from '../resources/resource-finder.ts';
import { type Selection, selectObjects } from '../resources/select-objects.ts';
import { GET_FLAGS } from './get-flags.ts';
import { getObjects, getTable, type Scope } from './requests.ts';
import { TableGroups } from './table-groups.ts';
import { watchSelection } from './watch-selection.ts';

export type GetFlags = ReturnType<typeof parseFlags<typeof GET_FLAGS>>['flags'];

export const getCommand: Command = {
  usage: 'get (TYPE[.VERSION][.GROUP] [NAME...] | TYPE/NAME ... | -f FILE) [flags]',
  summary: 'Show objects',
  flags: GET_FLAGS,
  async run(argv, context) {
    const { flags, args } = parseFlags(GET_FLAGS, argv);
    const format = parseOutputFormat(flags.output);
    const session = await context.connect(flags);
    const selections = await select(flags, args, session, context);
    const named = selections.some(({ name }) => name !== undefined);
    if (named && (flags.selector !== '' || flags['field-selector'] !== ''))
      throw new UsageError('name cannot be provided when a selector is specified');
    if (named && flags['all-namespaces'])
      throw new UsageError('a resource cannot be retrieved by name across all namespaces');
    const scope: Scope = {
      session,
      context,
      namespace: flags['all-namespaces'] ? undefined : session.namespace,
      labelSelector: flags.selector,
      fieldSelector: flags['field-selector'],
      chunkSize: flags['chunk-size'],
    };
    if (flags.watch || flags['watch-only']) return watchSelection(selections, scope, flags, format);
    return format.kind === 'table'
      ? printTables(selections, scope, flags, format.wide)
      : printAll(selections, scope, flags, format);
  },
};

async function select(
  flags: GetFlags,
  args: readonly string[],
  session: Session,
  context: Context,
): Promise<readonly Selection[]> {
  const finder = new ResourceFinder(session, context);
  if (flags.filename.length === 0) return selectObjects(args, finder);
  const manifests = await readManifests(flags.filename, { recursive: flags.recursive, stdin: context.stdin });
  return Promise.all(
    manifests.map(async ({ object }) => ({
      resource: await finder.findKind(object.apiVersion, object.kind),
      name: object.metadata.name,
    })),
  );
}

async function printTables(
  selections: readonly Selection[],
  scope: Scope,
  flags: GetFlags,
  wide: boolean,
): Promise<number> {
  const groups = new TableGroups(selections, scope, flags, wide);
  const failures = await eachSelection(selections, flags, async (selection) =>
    groups.add(selection, await getTable(selection, scope)),
  );
  const text = groups.text();
  const { context, namespace } = scope;
  if (text !== '') context.out(text);
  else if (failures.length === 0 && !(flags['ignore-not-found'] && selections.some(({ name }) => name !== undefined))) {
    const scoped = namespace !== undefined && selections.every(({ resource }) => resource.namespaced);
    context.err(scoped ? `No resources found in ${namespace} namespace.\n` : 'No resources found\n');
  }
  if (failures.length > 0) throw new Failures(failures);
  return 0;
}

async function printAll(
  selections: readonly Selection[],
  scope: Scope,
  flags: GetFlags,
  format: Exclude<OutputFormat, { kind: 'table' }>,
): Promise<number> {
  const found: { readonly selection: Selection; readonly object: AnyObject }[] = [];
  const failures = await eachSelection(selections, flags, async (selection) => {
    for (const object of await getObjects(selection, scope))
      found.push({ selection, object: flags['show-managed-fields'] ? object : withoutManagedFields(object) });
  });
  const { out } = scope.context;
  const single = selections.length === 1 && selections[0]?.name !== undefined;
  if (format.kind === 'name') {
    for (const { selection, object } of found)
      out(`${objectName(selection.resource, String(object.metadata?.['name']))}\n`);
  } else if (single) {
    for (const { object } of found) out(printObject(object, format));
  } else if (found.length > 0 || failures.length === 0) {
    out(printObject(asList(found.map(({ object }) => object)), format));
  }
  if (failures.length > 0) throw new Failures(failures);
  return 0;
}

/** Each selection in turn; the errors of all come back together. */
async function eachSelection(
  selections: readonly Selection[],
  flags: GetFlags,
  use: (selection: Selection) => Promise<void>,
): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const selection of selections)
    await use(selection).catch((error: unknown) => {
      if (!(flags['ignore-not-found'] && isNotFound(error))) failures.push(error);
    });
  return failures;
}

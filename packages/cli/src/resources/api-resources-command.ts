import { parseFlags, UsageError } from '@coxswain/foundation';
import { type Command, GLOBAL_FLAGS } from '../context.ts';
import { alignCells } from '../output/tab-writer.ts';
import { discover } from './discovery.ts';
import { type ApiResource, apiVersion, resourceName } from './resource.ts';

const API_RESOURCES_FLAGS = {
  ...GLOBAL_FLAGS,
  output: { kind: 'string', default: '', short: 'o', help: 'wide or name' },
  namespaced: { kind: 'string', default: '', alone: 'true', help: 'only those that are (true) or are not (false)' },
  'api-group': { kind: 'string', help: 'only those of this group' },
  verbs: { kind: 'list', help: 'only those that support these verbs' },
  categories: { kind: 'list', help: 'only those in these categories' },
  'no-headers': { kind: 'boolean', help: 'no header line' },
  cached: { kind: 'boolean', help: 'what was asked in the last ten minutes will do' },
} as const;

export const apiResourcesCommand: Command = {
  usage: 'api-resources [flags]',
  summary: 'List the types of objects that the server knows',
  flags: API_RESOURCES_FLAGS,
  async run(argv, context) {
    const { flags, args } = parseFlags(API_RESOURCES_FLAGS, argv);
    if (args.length > 0) throw new UsageError(`unexpected arguments: [${args.join(' ')}]`);
    if (!['', 'wide', 'name'].includes(flags.output)) throw new UsageError(`--output ${flags.output} is not available`);
    const all = await discover(await context.connect(flags), context, !flags.cached);
    const shown = preferred(all)
      .filter(({ group }) => flags['api-group'] === undefined || group === flags['api-group'])
      .filter(({ namespaced }) => flags.namespaced === '' || String(namespaced) === flags.namespaced)
      .filter(({ verbs }) => flags.verbs.every((verb) => verbs.includes(verb)))
      .filter(({ categories }) => flags.categories.every((category) => categories.includes(category)))
      .sort((a, b) => compare(a.group, b.group) || compare(a.plural, b.plural));
    if (flags.output === 'name') {
      context.out(shown.map((resource) => `${resourceName(resource)}\n`).join(''));
      return 0;
    }
    const wide = flags.output === 'wide';
    const header = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])];
    const lines = shown.map((resource) => row(resource, wide));
    context.out(alignCells(flags['no-headers'] ? lines : [header, ...lines], { minWidth: 6, padding: 3 }));
    return 0;
  },
};

function row(resource: ApiResource, wide: boolean): string[] {
  const { plural, shortNames, namespaced, kind, verbs, categories } = resource;
  const rest = wide ? [[...verbs].sort().join(','), categories.join(',')] : [];
  return [plural, shortNames.join(','), apiVersion(resource), String(namespaced), kind, ...rest];
}

/** Each group's resources in the version that the server names first. */
function preferred(resources: readonly ApiResource[]): ApiResource[] {
  const seen = new Set<string>();
  return resources.filter((resource) => {
    const name = resourceName(resource);
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

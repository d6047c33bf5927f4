import type { KubeObject } from '@coxswain/api';
import { parseFlags } from '@coxswain/foundation';
import { type Command, GLOBAL_FLAGS } from '../context.ts';
import { Failures } from '../describe-error.ts';
import { readManifests } from '../files/read-manifests.ts';
import { getObjects } from '../get/requests.ts';
import type { AnyObject } from '../output/print-objects.ts';
import { ResourceFinder } from '../resources/resource-finder.ts';
import { type Selection, selectObjects } from '../resources/select-objects.ts';
import { describeConfigMap, describeSecret, describeServiceAccount } from './describe-data.ts';
import { describeDeployment, describeReplicaSet } from './describe-deployment.ts';
import { addEvents } from './describe-events.ts';
import { describeGeneric } from './describe-generic.ts';
import { describeNode } from './describe-node.ts';
import { describePod } from './describe-pod.ts';
import { describeService } from './describe-service.ts';
import type { Described, Describer } from './described.ts';
import { Lines } from './lines.ts';

const DESCRIBE_FLAGS = {
  ...GLOBAL_FLAGS,
  'all-namespaces': { kind: 'boolean', short: 'A', help: 'objects of all namespaces' },
  selector: { kind: 'string', default: '', short: 'l', help: 'label selector' },
  'show-events': { kind: 'boolean', default: true, help: 'with the events about the object' },
  filename: { kind: 'list', short: 'f', help: 'files, folders or - that name the objects' },
  recursive: { kind: 'boolean', short: 'R', help: 'folders with those inside' },
} as const;

/** By plural and group; all others get a generic description. */
const DESCRIBERS = {
  'pods.': describePod,
  'deployments.apps': describeDeployment,
  'replicasets.apps': describeReplicaSet,
  'services.': describeService,
  'nodes.': describeNode,
  'configmaps.': describeConfigMap,
  'secrets.': describeSecret,
  'serviceaccounts.': describeServiceAccount,
} as unknown as Readonly<Record<string, Describer<KubeObject>>>;

export const describeCommand: Command = {
  usage: 'describe (TYPE [NAME...] | TYPE/NAME... | -f FILE) [flags]',
  summary: 'Show objects in detail, with their events',
  flags: DESCRIBE_FLAGS,
  async run(argv, context) {
    const { flags, args } = parseFlags(DESCRIBE_FLAGS, argv);
    const session = await context.connect(flags);
    const described: Described = { session, context };
    const finder = new ResourceFinder(session, context);
    let selections: Selection[];
    if (flags.filename.length > 0) {
      const manifests = await readManifests(flags.filename, { recursive: flags.recursive, stdin: context.stdin });
      selections = await Promise.all(
        manifests.map(async ({ object }) => ({
          resource: await finder.findKind(object.apiVersion, object.kind),
          name: object.metadata.name,
        })),
      );
    } else selections = await selectObjects(args, finder);
    const scope = {
      session,
      context,
      namespace: flags['all-namespaces'] ? undefined : session.namespace,
      labelSelector: flags.selector,
      fieldSelector: '',
      chunkSize: 500,
    };
    const failures: unknown[] = [];
    let count = 0;
    for (const selection of selections) {
      try {
        for (const object of await getObjects(selection, scope)) {
          const text = await describe(selection, object, described, flags['show-events']);
          context.out(count++ === 0 ? text : `\n\n${text}`);
        }
      } catch (error) {
        failures.push(error);
      }
    }
    if (count === 0 && failures.length === 0)
      context.err(
        scope.namespace === undefined
          ? 'No resources found\n'
          : `No resources found in ${scope.namespace} namespace.\n`,
      );
    if (failures.length > 0) throw new Failures(failures);
    return 0;
  },
};

async function describe(
  { resource }: Selection,
  object: AnyObject,
  described: Described,
  showEvents: boolean,
): Promise<string> {
  const lines = new Lines();
  const describer = DESCRIBERS[`${resource.plural}.${resource.group}`];
  if (describer) await describer(lines, object as unknown as KubeObject, described);
  else describeGeneric(lines, object);
  if (showEvents && resource.plural !== 'secrets') await addEvents(lines, object, described);
  return String(lines);
}

import { readFileSync } from 'node:fs';
import { parseYamlDocuments } from '@coxswain/api';
import { pluginRegistry } from '../plugins/plugin-registry.ts';
import { ConfigurationError } from './configuration-error.ts';
import { Fields, present } from './fields.ts';
import {
  API_VERSION,
  DEFAULT_CONFIGURATION,
  EXTENSION_POINTS,
  type ExtenderConfiguration,
  type PluginSet,
  type ProfileConfiguration,
  type SchedulerConfiguration,
} from './scheduler-configuration.ts';

/** Reads a KubeSchedulerConfiguration file. @throws ConfigurationError that names the file */
export function loadConfiguration(file: string): SchedulerConfiguration {
  try {
    return parseConfiguration(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigurationError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** @param text YAML or JSON of one document. @throws ConfigurationError */
export function parseConfiguration(text: string): SchedulerConfiguration {
  const documents = parseYamlDocuments(text).filter((each) => each !== null && each !== undefined);
  if (documents.length !== 1) throw new ConfigurationError('must hold one KubeSchedulerConfiguration');
  const fields = new Fields(documents[0], '');
  const [apiVersion, kind] = [fields.string('apiVersion'), fields.string('kind')];
  if (apiVersion !== API_VERSION || kind !== 'KubeSchedulerConfiguration')
    throw new ConfigurationError(
      `no kind "${kind}" is registered for version "${apiVersion}"; expected KubeSchedulerConfiguration of ${API_VERSION}`,
    );
  const initial = fields.integer('podInitialBackoffSeconds', 1) ?? 1;
  const max = fields.integer('podMaxBackoffSeconds', 1) ?? 10;
  if (max < initial)
    throw fields.invalid('podMaxBackoffSeconds', max, 'must be greater than or equal to podInitialBackoffSeconds');
  const profiles = fields.list('profiles').map(profile);
  const names = profiles.map(({ schedulerName = 'default-scheduler' }) => schedulerName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ConfigurationError(`profiles: Duplicate value: "${twice}"`);
  const extenders = fields.list('extenders').map(extender);
  if (extenders.filter(({ bindVerb }) => bindVerb).length > 1)
    throw new ConfigurationError('extenders: only one extender can implement bind');
  const result: SchedulerConfiguration = {
    profiles: profiles.length > 0 ? profiles : DEFAULT_CONFIGURATION.profiles,
    extenders,
    percentageOfNodesToScore: fields.integer('percentageOfNodesToScore', 0, 100) ?? 0,
    podInitialBackoffMs: initial * 1000,
    podMaxBackoffMs: max * 1000,
    kubeconfig: clientConnection(fields.object('clientConnection')),
    leaderElection: leaderElection(fields.object('leaderElection')),
  };
  fields.ignore('parallelism', 'enableProfiling', 'enableContentionProfiling', 'delayCacheUntilActive');
  fields.end();
  return result;
}

/** Limits on requests aren't kept: the scheduler asks as fast as it needs. */
function clientConnection(fields: Fields | undefined): string | undefined {
  const kubeconfig = fields?.string('kubeconfig');
  fields?.ignore('qps', 'burst', 'contentType', 'acceptContentTypes');
  fields?.end();
  return kubeconfig || undefined;
}

function leaderElection(fields: Fields | undefined): SchedulerConfiguration['leaderElection'] {
  if (!fields) return {};
  const result = present({
    leaderElect: fields.boolean('leaderElect'),
    resourceName: fields.string('resourceName'),
    resourceNamespace: fields.string('resourceNamespace'),
    leaseDurationMs: fields.duration('leaseDuration'),
    renewDeadlineMs: fields.duration('renewDeadline'),
    retryPeriodMs: fields.duration('retryPeriod'),
  });
  const lock = fields.string('resourceLock');
  if (lock !== undefined && lock !== 'leases')
    throw fields.invalid('resourceLock', lock, 'resourceLock value must be "leases"');
  fields.end();
  return result;
}

function profile(fields: Fields): ProfileConfiguration {
  const plugins = fields.object('plugins');
  const sets: [string, PluginSet][] = [];
  for (const point of ['multiPoint', ...EXTENSION_POINTS]) {
    const set = plugins?.object(point);
    if (set) sets.push([point, pluginSet(set)]);
  }
  plugins?.end();
  const result = present({
    schedulerName: fields.string('schedulerName'),
    percentageOfNodesToScore: fields.integer('percentageOfNodesToScore', 0, 100),
    plugins: plugins && Object.fromEntries(sets),
    pluginConfig: fields.list('pluginConfig').map(pluginArgs),
  });
  fields.end();
  return result;
}

function pluginSet(fields: Fields): PluginSet {
  const enabled = fields.list('enabled').map((each) => {
    const plugin = present({ name: each.string('name') ?? '', weight: each.integer('weight', 0) });
    if (!pluginRegistry.some(({ name }) => name === plugin.name))
      throw each.invalid('name', plugin.name, 'plugin is not in the registry');
    each.end();
    return plugin as { name: string; weight?: number };
  });
  const disabled = fields.list('disabled').map((each) => {
    const name = each.string('name') ?? '';
    each.ignore('weight');
    each.end();
    return { name };
  });
  fields.end();
  return { enabled, disabled };
}

function pluginArgs(fields: Fields): { name: string; args?: Record<string, unknown> } {
  const name = fields.string('name') ?? '';
  const plugin = pluginRegistry.find((each) => each.name === name);
  if (!plugin) throw fields.invalid('name', name, 'plugin is not in the registry');
  const args = fields.object('args');
  fields.end();
  if (!args) return { name };
  args.ignore('apiVersion', 'kind', ...(plugin.args ?? []));
  args.end();
  return { name, args: { ...args.raw() } };
}

function extender(fields: Fields): ExtenderConfiguration {
  const tls = fields.object('tlsConfig');
  fields.ignore('preemptVerb', 'enableHTTPS');
  const urlPrefix = fields.string('urlPrefix');
  if (!urlPrefix) throw fields.invalid('urlPrefix', urlPrefix ?? '', 'must be given');
  const result = present({
    urlPrefix,
    filterVerb: fields.string('filterVerb') || undefined,
    prioritizeVerb: fields.string('prioritizeVerb') || undefined,
    bindVerb: fields.string('bindVerb') || undefined,
    weight: fields.integer('weight', 1),
    httpTimeoutMs: fields.duration('httpTimeout'),
    nodeCacheCapable: fields.boolean('nodeCacheCapable'),
    ignorable: fields.boolean('ignorable'),
    tlsConfig: tls?.raw(),
    managedResources: fields.list('managedResources').map((each) => {
      const managed = present({ name: each.string('name'), ignoredByScheduler: each.boolean('ignoredByScheduler') });
      each.end();
      return managed;
    }),
  });
  fields.end();
  return result as ExtenderConfiguration;
}

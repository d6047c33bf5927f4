import type { Plugin, PluginEntry, PluginHandle } from '../framework/plugin.ts';
import { pluginRegistry, type RegisteredPlugin } from '../plugins/plugin-registry.ts';
import { ConfigurationError } from './configuration-error.ts';
import { EXTENSION_POINTS, type ExtensionPoint, type ProfileConfiguration } from './scheduler-configuration.ts';

/** The methods of a plugin that belong to each extension point. */
const METHODS: Readonly<Record<ExtensionPoint, readonly (keyof Plugin)[]>> = {
  preEnqueue: ['preEnqueue'],
  queueSort: ['less'],
  preFilter: ['preFilter', 'addPod', 'removePod'],
  filter: ['filter'],
  postFilter: ['postFilter'],
  preScore: ['preScore'],
  score: ['score', 'normalizeScores'],
  reserve: ['reserve', 'unreserve'],
  permit: ['permit'],
  preBind: ['preBind', 'preBindPreFlight'],
  bind: ['bind'],
  postBind: ['postBind'],
};

interface Chosen {
  readonly plugin: RegisteredPlugin;
  weight: number;
  readonly points: Set<ExtensionPoint>;
}

/**
 * The plugins of a profile: upstream's default ones, less those that `multiPoint` disables and with those that it enables;
 * then each extension point's own choice.
 * @param ignoredResources that extenders look after
 */
export function profilePlugins(profile: ProfileConfiguration, ignoredResources: readonly string[] = []): PluginEntry[] {
  const chosen = new Map<string, Chosen>();
  const isDisabled = (point: ExtensionPoint | 'multiPoint', name: string) =>
    (profile.plugins?.[point]?.disabled ?? []).some((each) => each.name === '*' || each.name === name);
  const enable = (name: string, points: Iterable<ExtensionPoint>, weight?: number) => {
    const plugin = pluginRegistry.find((each) => each.name === name) as RegisteredPlugin;
    const known = chosen.get(name) ?? { plugin, weight: plugin.weight ?? 1, points: new Set() };
    chosen.set(name, known);
    if (weight) known.weight = weight;
    for (const point of points) known.points.add(point);
  };
  for (const { name } of pluginRegistry) if (!isDisabled('multiPoint', name)) enable(name, EXTENSION_POINTS);
  for (const { name, weight } of profile.plugins?.multiPoint?.enabled ?? []) enable(name, EXTENSION_POINTS, weight);
  for (const point of EXTENSION_POINTS) {
    for (const { plugin, points } of chosen.values()) if (isDisabled(point, plugin.name)) points.delete(point);
    for (const { name, weight } of profile.plugins?.[point]?.enabled ?? []) enable(name, [point], weight);
  }
  const args = new Map((profile.pluginConfig ?? []).map((each) => [each.name, each.args ?? {}]));
  if (ignoredResources.length > 0) {
    const fit = args.get('NodeResourcesFit') ?? {};
    const own = (fit['ignoredResources'] as string[] | undefined) ?? [];
    args.set('NodeResourcesFit', { ...fit, ignoredResources: [...own, ...ignoredResources] });
  }
  const entries = [...chosen.values()].filter(({ points }) => points.size > 0);
  if (!entries.some(({ plugin, points }) => plugin.name === 'DefaultBinder' && points.has('bind')))
    throw new ConfigurationError(`profile ${profile.schedulerName ?? 'default-scheduler'}: no bind plugin is enabled`);
  return entries.map(({ plugin, weight, points }) => ({
    factory: (handle: PluginHandle) => restrict(plugin.build(handle, args.get(plugin.name) ?? {}), points),
    weight,
  }));
}

/** The plugin without what belongs to other extension points. */
function restrict(plugin: Plugin, points: ReadonlySet<ExtensionPoint>): Plugin {
  const copy = { ...plugin };
  for (const point of EXTENSION_POINTS)
    if (!points.has(point)) for (const method of METHODS[point]) delete copy[method];
  return copy;
}

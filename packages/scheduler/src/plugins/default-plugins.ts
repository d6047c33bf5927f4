import type { PluginEntry } from '../framework/plugin.ts';
import { pluginRegistry } from './plugin-registry.ts';

/** The default profile, with upstream's order and weights. */
export const defaultPlugins: readonly PluginEntry[] = pluginRegistry.map(({ build, weight = 1 }) => ({
  factory: (handle) => build(handle, {}),
  weight,
}));

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface PluginConf {
  readonly type: string;
  readonly capabilities?: Readonly<Record<string, boolean>>;
  readonly [field: string]: unknown;
}

/** A CNI network configuration list, specification 0.4.0 or 1.0.0. */
export interface NetworkList {
  readonly name: string;
  readonly cniVersion: string;
  readonly plugins: readonly PluginConf[];
}

/** The network can't be set up because of its configuration or a plugin's answer. */
export class CniError extends Error {
  override readonly name = 'CniError';
}

/**
 * The first usable configuration in lexical order of file names (`*.conflist`, `*.conf`, `*.json`).
 * @throws CniError when there is none
 */
export async function loadNetworkList(confDir: string): Promise<NetworkList> {
  const names = await readdir(confDir).catch(() => [] as string[]);
  const problems: string[] = [];
  for (const name of names.filter((file) => /\.(conflist|conf|json)$/.test(file)).sort()) {
    try {
      return parseNetworkList(await readFile(join(confDir, name), 'utf8'));
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new CniError(problems.length > 0 ? problems.join('; ') : `no networks found in ${confDir}`);
}

export function parseNetworkList(text: string): NetworkList {
  const conf = JSON.parse(text) as Partial<NetworkList> & Partial<PluginConf>;
  const plugins = conf.plugins ?? (typeof conf.type === 'string' ? [conf as PluginConf] : []);
  if (typeof conf.name !== 'string' || conf.name === '') throw new CniError('missing "name"');
  if (plugins.length === 0) throw new CniError('no plugins');
  for (const plugin of plugins) if (!/^[\w.-]+$/.test(String(plugin.type))) throw new CniError('plugin without "type"');
  return { name: conf.name, cniVersion: conf.cniVersion ?? '0.2.0', plugins };
}

import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { UsageError } from '@coxswain/foundation';
import { parse } from 'yaml';
import type { ClientConfig } from './client-config.ts';

interface Named {
  readonly name?: string;
  /** Folder that relative paths inside are relative to. */
  readonly folder: string;
  readonly value: Record<string, unknown>;
}

interface Kubeconfig {
  currentContext: string;
  readonly clusters: Map<string, Named>;
  readonly users: Map<string, Named>;
  readonly contexts: Map<string, Named>;
}

/**
 * What kubectl's configuration says of one context: files or inline base64 data, certificates, tokens, token files.
 * `path` may list several files as $KUBECONFIG does; the first that sets a thing wins.
 * @throws UsageError, one line that says which file and what is wrong
 */
export function loadKubeconfig(path: string, options: { readonly context?: string | undefined } = {}): ClientConfig {
  const config = readFiles(path);
  const name = options.context || config.currentContext;
  if (name === '') throw new UsageError(`${path}: no current-context is set; name one with --context`);
  const context = config.contexts.get(name);
  if (!context) throw new UsageError(`${path}: context "${name}" does not exist`);
  const cluster = config.clusters.get(String(context.value['cluster'] ?? ''));
  if (!cluster)
    throw new UsageError(`${path}: cluster "${context.value['cluster'] ?? ''}" of context "${name}" does not exist`);
  const userName = context.value['user'];
  const user = config.users.get(String(userName ?? ''));
  if (!user && userName) throw new UsageError(`${path}: user "${userName}" of context "${name}" does not exist`);
  return toClientConfig(path, cluster, user, text(context, 'namespace'));
}

function toClientConfig(
  path: string,
  cluster: Named,
  user: Named | undefined,
  namespace: string | undefined,
): ClientConfig {
  const server = text(cluster, 'server');
  if (server === undefined || !URL.canParse(server))
    throw new UsageError(`${path}: cluster "${cluster.name}" has no usable server (want https://host:port)`);
  if (user?.value['exec'] || user?.value['auth-provider'])
    throw new UsageError(`${path}: user "${user.name}" needs a credential plugin, which is not supported yet`);
  const tokenFile = user && text(user, 'tokenFile');
  return {
    server,
    namespace,
    ca: material(cluster, 'certificate-authority'),
    tlsServerName: text(cluster, 'tls-server-name'),
    insecureSkipTlsVerify: cluster.value['insecure-skip-tls-verify'] === true,
    ...(user === undefined
      ? {}
      : {
          cert: material(user, 'client-certificate'),
          key: material(user, 'client-key'),
          token: text(user, 'token'),
          tokenFile: tokenFile === undefined ? undefined : resolve(user.folder, tokenFile),
          username: text(user, 'username'),
          password: text(user, 'password'),
        }),
  };
}

function readFiles(path: string): Kubeconfig {
  const files = path.split(delimiter).filter((file) => file !== '');
  const present = files.length > 1 ? files.filter((file) => existsSync(file)) : files;
  if (present.length === 0) throw new UsageError(`no kubeconfig file at ${JSON.stringify(path)}`);
  const config: Kubeconfig = { currentContext: '', clusters: new Map(), users: new Map(), contexts: new Map() };
  for (const file of present) {
    const content = readFile(file);
    const folder = dirname(resolve(file));
    config.currentContext ||= String(content['current-context'] ?? '');
    addNamed(config.clusters, content['clusters'], 'cluster', folder);
    addNamed(config.users, content['users'], 'user', folder);
    addNamed(config.contexts, content['contexts'], 'context', folder);
  }
  return config;
}

function readFile(file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message.split('\n')[0];
    throw new UsageError(`can't read kubeconfig ${file}: ${why}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new UsageError(`can't read kubeconfig ${file}: it is not a YAML mapping`);
  return content as Record<string, unknown>;
}

function addNamed(to: Map<string, Named>, list: unknown, member: string, folder: string): void {
  if (!Array.isArray(list)) return;
  for (const entry of list as Record<string, unknown>[]) {
    const name = String(entry?.['name'] ?? '');
    const value = entry?.[member];
    if (to.has(name) || typeof value !== 'object' || value === null) continue;
    to.set(name, { name, folder, value: value as Record<string, unknown> });
  }
}

function text({ value }: Named, member: string): string | undefined {
  const found = value[member];
  return found === undefined || found === null || found === '' ? undefined : String(found);
}

/** Inline `<member>-data` wins over the file named by `<member>`, as upstream's. */
function material(from: Named, member: string): Buffer | undefined {
  const data = text(from, `${member}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64');
  const file = text(from, member);
  if (file === undefined) return undefined;
  try {
    return readFileSync(resolve(from.folder, file));
  } catch (error) {
    throw new UsageError(`unable to read ${member} ${file} of "${from.name}": ${(error as Error).message}`);
  }
}

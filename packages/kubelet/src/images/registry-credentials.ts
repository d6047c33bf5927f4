import type { Secret } from '@coxswain/api';
import type { AuthConfig, Input } from '@coxswain/cri';

/** One entry of a docker configuration: where it counts, and who to be there. */
export interface RegistryCredential {
  /** Host with an optional port and path, `*` and `?` as globs within a part of the host. */
  readonly pattern: string;
  readonly auth: Input<AuthConfig>;
}

interface DockerEntry {
  readonly username?: unknown;
  readonly password?: unknown;
  readonly auth?: unknown;
  readonly identitytoken?: unknown;
}

const DEFAULT_REGISTRY = 'index.docker.io';

/**
 * The credentials in a secret of type kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg; of others none.
 * @throws Error that names no contents when the JSON is malformed
 */
export function credentialsOf(secret: Secret): RegistryCredential[] {
  const config = field(secret, '.dockerconfigjson') as { readonly auths?: Record<string, DockerEntry> } | undefined;
  const entries = config ? config.auths : (field(secret, '.dockercfg') as Record<string, DockerEntry> | undefined);
  return Object.entries(entries ?? {}).flatMap(([pattern, entry]) => {
    const auth = authOf(entry);
    return auth ? [{ pattern, auth: { ...auth, serverAddress: pattern } }] : [];
  });
}

function field(secret: Secret, key: string): unknown {
  const text = secret.data?.[key];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    throw new Error(`${key} is not valid JSON`);
  }
}

function authOf({ username, password, auth, identitytoken }: DockerEntry): Input<AuthConfig> | undefined {
  if (typeof username === 'string' && typeof password === 'string' && username !== '') return { username, password };
  if (typeof identitytoken === 'string' && identitytoken !== '') return { identityToken: identitytoken };
  if (typeof auth !== 'string' || auth === '') return undefined;
  const decoded = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const at = decoded.indexOf(':');
  return at < 0 ? undefined : { username: decoded.slice(0, at), password: decoded.slice(at + 1) };
}

/** What may be tried for an image, the most specific first. */
export function credentialsFor(image: string, credentials: readonly RegistryCredential[]): Input<AuthConfig>[] {
  const target = locate(image);
  return credentials
    .map((credential) => ({ ...credential, place: parsePattern(credential.pattern) }))
    .filter(({ place }) => matches(place, target))
    .sort((a, b) => b.place.path.length - a.place.path.length || (a.pattern < b.pattern ? 1 : -1))
    .map(({ auth }) => auth);
}

interface Place {
  readonly host: string;
  readonly port: string;
  readonly path: string;
}

function locate(image: string): Place {
  const [first = '', ...rest] = image.replace(/@.*$/, '').split('/');
  if (rest.length === 0 || !(/[.:]/.test(first) || first === 'localhost'))
    return { host: DEFAULT_REGISTRY, port: '', path: `/${image}` };
  return { ...hostAndPort(first), path: `/${rest.join('/')}` };
}

function parsePattern(pattern: string): Place {
  const [first = '', ...rest] = pattern.replace(/^https?:\/\//, '').split('/');
  // `/v1/` and `/v2/` are the registry's API, not a path of images.
  const path = rest
    .join('/')
    .replace(/^v[12]\/?/, '')
    .replace(/\/$/, '');
  return { ...hostAndPort(first), path: path === '' ? '' : `/${path}` };
}

function hostAndPort(text: string): { host: string; port: string } {
  const [, host = text, port = ''] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  return { host: /^(registry-1\.)?docker\.io$/.test(host) ? DEFAULT_REGISTRY : host, port };
}

function matches(pattern: Place, target: Place): boolean {
  if (pattern.port !== '' && pattern.port !== target.port) return false;
  if (!target.path.startsWith(pattern.path)) return false;
  const [want, have] = [pattern.host.split('.'), target.host.split('.')];
  return want.length === have.length && want.every((part, at) => globMatches(part, have[at] ?? ''));
}

function globMatches(glob: string, text: string): boolean {
  const source = glob
    .replace(/[\\^$+.()|{}[\]]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(text);
}

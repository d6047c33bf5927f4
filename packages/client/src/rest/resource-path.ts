import type { DynamicResource } from '../api-client.ts';

/** `/api/v1/namespaces/ns/pods/name/status`; without name the collection, without namespace across namespaces. */
export function resourcePath(
  resource: DynamicResource,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  const { group, version, plural, namespaced } = resource;
  if (namespaced && name !== undefined && !namespace)
    throw new Error(`an empty namespace may not be set when a resource name is provided (${plural} ${name})`);
  let path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  if (namespaced && namespace) path += `/namespaces/${encodeURIComponent(namespace)}`;
  path += `/${plural}`;
  if (name !== undefined) {
    if (name === '') throw new Error(`resource name may not be empty (${plural})`);
    path += `/${encodeURIComponent(name)}`;
  }
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** The path with its query; undefined values are left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  let text = '';
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    text += `${text === '' ? '?' : '&'}${key}=${encodeURIComponent(value)}`;
  }
  return path + text;
}

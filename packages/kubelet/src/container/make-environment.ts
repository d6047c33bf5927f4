import type { ConfigMap, Container, EnvVarSource, Pod, Secret, Service } from '@coxswain/api';
import { expandEnv } from './expand-env.ts';
import { type DownwardContext, resolveFieldRef, resolveResourceFieldRef } from './field-ref.ts';
import { serviceEnvironment } from './service-environment.ts';

/** Where referenced objects come from; undefined is "does not exist". */
export interface ReferenceSource {
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
}

export interface EnvironmentInput extends DownwardContext {
  readonly references: ReferenceSource;
  readonly services: readonly Service[];
}

/** A container that can't be configured; its message is the waiting message of CreateContainerConfigError. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError';
}

export interface EnvironmentResult {
  readonly env: readonly { readonly key: string; readonly value: string }[];
  /** Keys of envFrom sources that can't be variable names. */
  readonly skipped: readonly { readonly source: string; readonly keys: readonly string[] }[];
}

/**
 * The container's environment, later sources over earlier: services, envFrom, env. `$(NAME)` in env values refers to
 * what was defined before.
 * @throws ContainerConfigError when a required object or key is missing
 */
export async function makeEnvironment(
  pod: Pod,
  container: Container,
  input: EnvironmentInput,
): Promise<EnvironmentResult> {
  const namespace = pod.metadata.namespace ?? '';
  const services = serviceEnvironment(input.services, namespace, pod.spec.enableServiceLinks ?? true);
  const env = new Map<string, string>();
  const skipped: { source: string; keys: string[] }[] = [];

  for (const source of container.envFrom ?? []) {
    const data = await envFromData(namespace, source, input.references);
    const bad: string[] = [];
    for (const [key, value] of Object.entries(data)) {
      const name = `${source.prefix ?? ''}${key}`;
      if (isEnvName(name)) env.set(name, value);
      else bad.push(key);
    }
    if (bad.length > 0) {
      const ref = source.configMapRef ? `ConfigMap ${namespace}/${source.configMapRef.name}` : undefined;
      skipped.push({ source: ref ?? `Secret ${namespace}/${source.secretRef?.name}`, keys: bad.sort() });
    }
  }
  const lookup = (name: string) => env.get(name) ?? services[name];
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (!valueFrom) {
      env.set(name, expandEnv(value ?? '', lookup));
      continue;
    }
    const resolved = await resolveSource(pod, container, valueFrom, input);
    if (resolved !== undefined) env.set(name, resolved);
  }
  for (const [key, value] of Object.entries(services)) if (!env.has(key)) env.set(key, value);
  return { env: [...env].map(([key, value]) => ({ key, value })), skipped };
}

/** Any printable ASCII but `=`. */
function isEnvName(name: string): boolean {
  return /^[ -<>-~]+$/.test(name);
}

async function envFromData(
  namespace: string,
  source: NonNullable<Container['envFrom']>[number],
  references: ReferenceSource,
): Promise<Record<string, string>> {
  const { configMapRef, secretRef } = source;
  if (configMapRef) {
    const name = configMapRef.name ?? '';
    const found = await references.configMap(namespace, name);
    if (!found && !configMapRef.optional) throw new ContainerConfigError(`configmap "${name}" not found`);
    return found?.data ?? {};
  }
  if (secretRef) {
    const name = secretRef.name ?? '';
    const found = await references.secret(namespace, name);
    if (!found && !secretRef.optional) throw new ContainerConfigError(`secret "${name}" not found`);
    return decodeAll(found?.data);
  }
  return {};
}

function decodeAll(data: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(data ?? {}).map(([key, value]) => [key, decode(value)]));
}

function decode(value: string): string {
  return Buffer.from(value, 'base64').toString('utf8');
}

async function resolveSource(
  pod: Pod,
  container: Container,
  source: EnvVarSource,
  input: EnvironmentInput,
): Promise<string | undefined> {
  const namespace = pod.metadata.namespace ?? '';
  if (source.fieldRef) return resolveFieldRef(pod, source.fieldRef.fieldPath, input);
  if (source.resourceFieldRef) return resolveResourceFieldRef(pod, source.resourceFieldRef, container, input);
  if (source.configMapKeyRef) {
    const { name = '', key, optional } = source.configMapKeyRef;
    const found = await input.references.configMap(namespace, name);
    const value = found?.data?.[key];
    if (value !== undefined || optional) return value;
    if (!found) throw new ContainerConfigError(`configmap "${name}" not found`);
    throw new ContainerConfigError(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
  }
  if (source.secretKeyRef) {
    const { name = '', key, optional } = source.secretKeyRef;
    const found = await input.references.secret(namespace, name);
    const value = found?.data?.[key];
    if (value !== undefined) return decode(value);
    if (optional) return undefined;
    if (!found) throw new ContainerConfigError(`secret "${name}" not found`);
    throw new ContainerConfigError(`couldn't find key ${key} in Secret ${namespace}/${name}`);
  }
  return undefined;
}

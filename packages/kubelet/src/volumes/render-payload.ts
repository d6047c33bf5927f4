import type { ConfigMap, Pod, Secret, Volume, VolumeProjection } from '@coxswain/api';
import type { DownwardContext } from '../container/field-ref.ts';
import type { ReferenceSource } from '../container/make-environment.ts';
import { uidOf } from '../container/pod-containers.ts';
import type { VolumeFile, VolumeFiles } from './atomic-writer.ts';
import {
  checkedPath,
  configMapFiles,
  downwardFiles,
  type PayloadOptions,
  secretFiles,
  VolumeError,
} from './payload-files.ts';
import type { TokenSource } from './token-source.ts';

export interface PayloadContext extends DownwardContext {
  readonly references: ReferenceSource;
  readonly tokens: Pick<TokenSource, 'get'>;
  readonly signal: AbortSignal;
}

/**
 * The files of a configMap, secret, downwardAPI or projected volume.
 * @throws VolumeError when a required object or key is missing
 */
export async function renderPayload(pod: Pod, volume: Volume, context: PayloadContext): Promise<VolumeFiles> {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return new Map(await fromConfigMap(pod, configMap.name ?? '', configMap, context));
  if (secret) return new Map(await fromSecret(pod, secret.secretName ?? '', secret, context));
  if (downwardAPI) return new Map(downwardFiles(pod, downwardAPI.items ?? [], downwardAPI.defaultMode, context));
  const files = new Map<string, VolumeFile>();
  const defaultMode = projected?.defaultMode;
  for (const source of projected?.sources ?? [])
    for (const [path, file] of await fromProjection(pod, source, defaultMode, context)) files.set(path, file);
  return files;
}

async function fromProjection(
  pod: Pod,
  source: VolumeProjection,
  defaultMode: number | undefined,
  context: PayloadContext,
): Promise<[string, VolumeFile][]> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap) return fromConfigMap(pod, configMap.name ?? '', { ...configMap, defaultMode }, context);
  if (secret) return fromSecret(pod, secret.name ?? '', { ...secret, defaultMode }, context);
  if (downwardAPI) return downwardFiles(pod, downwardAPI.items ?? [], defaultMode, context);
  if (!serviceAccountToken) throw new VolumeError('projected source is not supported');
  const owner = {
    namespace: pod.metadata.namespace ?? '',
    serviceAccount: pod.spec.serviceAccountName || 'default',
    podName: pod.metadata.name,
    podUid: uidOf(pod),
  };
  const token = await context.tokens.get(owner, serviceAccountToken, context.signal);
  const ownUser = pod.spec.securityContext?.fsGroup === undefined && !runsAsOneUser(pod);
  const mode = ownUser ? 0o600 : 0o644;
  return [[checkedPath(serviceAccountToken.path), { data: Buffer.from(token), mode: defaultMode ?? mode }]];
}

function runsAsOneUser(pod: Pod): boolean {
  return pod.spec.securityContext?.runAsUser !== undefined;
}

async function fromConfigMap(
  pod: Pod,
  name: string,
  options: PayloadOptions,
  { references }: PayloadContext,
): Promise<[string, VolumeFile][]> {
  const found: ConfigMap | undefined = await references.configMap(pod.metadata.namespace ?? '', name);
  if (found) return configMapFiles(found, options);
  if (options.optional) return [];
  throw new VolumeError(`configmap "${name}" not found`);
}

async function fromSecret(
  pod: Pod,
  name: string,
  options: PayloadOptions,
  { references }: PayloadContext,
): Promise<[string, VolumeFile][]> {
  const found: Secret | undefined = await references.secret(pod.metadata.namespace ?? '', name);
  if (found) return secretFiles(found, options);
  if (options.optional) return [];
  throw new VolumeError(`secret "${name}" not found`);
}

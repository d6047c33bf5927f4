import { MIRROR_POD_ANNOTATION, type Pod, podKind, type ServiceAccount, serviceAccountKind } from '@coxswain/api';
import { generateName } from '../registry/generate-name.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { isFor } from './is-for.ts';
import { refuse } from './refuse.ts';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
/** A little over an hour, so that those who count in hours renew in time. */
const TOKEN_SECONDS = 3607;

export interface ServiceAccountPluginOptions {
  readonly objects: ClusterObjects;
  /** The account must exist and its token is mounted; otherwise pods only get its name. */
  readonly mountTokens: boolean;
}

/** ServiceAccount: every pod runs as one, `default` unless it says so, and finds its token mounted. */
export function serviceAccount({ objects, mountTokens }: ServiceAccountPluginOptions): AdmissionPlugin {
  return {
    name: 'ServiceAccount',
    async mutate(request) {
      if (request.operation !== 'CREATE' || !isFor(request, podKind)) return;
      const pod = request.object as unknown as Pod;
      const { spec, metadata } = pod;
      if (!spec || metadata.annotations?.[MIRROR_POD_ANNOTATION] !== undefined) return;
      spec.serviceAccountName ||= spec.serviceAccount || 'default';
      spec.serviceAccount = spec.serviceAccountName;
      const { namespace } = request;
      const account = await objects.get<ServiceAccount>(serviceAccountKind, namespace, spec.serviceAccountName);
      if (!account && mountTokens)
        throw refuse(
          request,
          `error looking up service account ${namespace}/${spec.serviceAccountName}: serviceaccount "${spec.serviceAccountName}" not found`,
        );
      if (!account) return;
      if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length)
        spec.imagePullSecrets = account.imagePullSecrets.map((secret) => ({ ...secret }));
      const wanted = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
      if (mountTokens && wanted) mountToken(pod);
    },
    validate(request) {
      if (request.operation === 'CREATE' && isFor(request, podKind)) checkMirror(request);
    },
  };
}

function checkMirror(request: AdmissionRequest): void {
  const { metadata, spec } = request.object as unknown as Pod;
  if (metadata.annotations?.[MIRROR_POD_ANNOTATION] === undefined) return;
  if (spec.serviceAccountName) throw refuse(request, 'a mirror pod may not reference service accounts');
  for (const { secret, projected } of spec.volumes ?? []) {
    if (secret || projected?.sources?.some((source) => source.secret))
      throw refuse(request, 'a mirror pod may not reference secrets');
    if (projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken))
      throw refuse(request, 'a mirror pod may not use ServiceAccountToken volume projections');
  }
}

/** The projected volume of token, authority and namespace (KEP-1205), mounted where nothing else is. */
function mountToken({ spec }: Pod): void {
  const volumes = spec.volumes ?? [];
  const known = volumes.find(({ name }) => name?.startsWith(VOLUME_PREFIX));
  const name = known?.name ?? generateName(VOLUME_PREFIX);
  let mounted = false;
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH)) continue;
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH }];
    mounted = true;
  }
  if (mounted && !known) spec.volumes = [...volumes, tokenVolume(name)];
}

function tokenVolume(name: string): NonNullable<Pod['spec']['volumes']>[number] {
  const fieldRef = { apiVersion: 'v1', fieldPath: 'metadata.namespace' };
  return {
    name,
    projected: {
      defaultMode: 0o644,
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_SECONDS } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef }] } },
      ],
    },
  };
}

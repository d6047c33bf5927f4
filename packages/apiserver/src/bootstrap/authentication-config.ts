import { configMapKind, deepEqual, isAlreadyExists, type Kind, type KubeObject } from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';
import { changeObject } from '../handlers/change-object.ts';
import { createObject } from '../handlers/create.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { objectTarget } from '../handlers/update-target.ts';
import { editable } from '../registry/object-store.ts';

/** What servers behind APIServices trust: PEM of the authorities of clients and of this server as a front proxy. */
export interface AuthenticationConfig {
  readonly clientCa?: string | undefined;
  readonly requestheaderClientCa?: string | undefined;
  /** Common names of front proxies' certificates. */
  readonly requestheaderAllowedNames: readonly string[];
}

const NAMESPACE = 'kube-system';
const NAME = 'extension-apiserver-authentication';
const kind = configMapKind as unknown as Kind;

/** The ConfigMap's data. Pure. */
export function authenticationData(config: AuthenticationConfig): Record<string, string> {
  const { clientCa, requestheaderClientCa, requestheaderAllowedNames } = config;
  return {
    ...(clientCa ? { 'client-ca-file': clientCa } : {}),
    ...(requestheaderClientCa
      ? {
          'requestheader-allowed-names': JSON.stringify(requestheaderAllowedNames),
          'requestheader-client-ca-file': requestheaderClientCa,
          'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
          'requestheader-group-headers': '["X-Remote-Group"]',
          'requestheader-username-headers': '["X-Remote-User"]',
        }
      : {}),
  };
}

/** Keeps kube-system/extension-apiserver-authentication, which aggregated API servers read at their start. */
export async function ensureAuthenticationConfig(
  dependencies: HandlerDependencies,
  user: UserInfo,
  config: AuthenticationConfig,
  signal: AbortSignal,
): Promise<void> {
  const data = authenticationData(config);
  if (Object.keys(data).length === 0) return;
  const options = { dryRun: false, fieldManager: 'kube-apiserver', signal };
  const current = dependencies.store.cached(kind, NAMESPACE, NAME);
  if (!current) {
    const metadata = { name: NAME, namespace: NAMESPACE };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data } as KubeObject;
    try {
      await createObject(dependencies, user, kind, NAMESPACE, object, options);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    return;
  }
  if (deepEqual((current.object as { data?: unknown }).data, data)) return;
  const produce = (old: KubeObject) => ({ ...editable(old), data }) as KubeObject;
  const place = { namespace: NAMESPACE, name: NAME };
  await changeObject(dependencies, { user }, kind, objectTarget(kind), place, produce, options);
}

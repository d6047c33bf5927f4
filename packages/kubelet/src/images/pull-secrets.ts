import type { Pod } from '@coxswain/api';
import type { ReferenceSource } from '../container/make-environment.ts';
import type { KubeletEvents } from '../events/pod-events.ts';
import { credentialsOf, type RegistryCredential } from './registry-credentials.ts';

/** The credentials of the pod's imagePullSecrets; a secret that isn't there is told of and left out, as upstream does. */
export async function pullSecretsOf(
  pod: Pod,
  references: Pick<ReferenceSource, 'secret'>,
  events: KubeletEvents,
): Promise<RegistryCredential[]> {
  const found: RegistryCredential[] = [];
  const missing: string[] = [];
  for (const { name = '' } of pod.spec.imagePullSecrets ?? []) {
    if (name === '') continue;
    const secret = await references.secret(pod.metadata.namespace ?? '', name).catch(() => undefined);
    try {
      if (secret) found.push(...credentialsOf(secret));
      else missing.push(name);
    } catch {
      missing.push(name);
    }
  }
  if (missing.length > 0)
    events.pod(
      pod,
      'Warning',
      'FailedToRetrieveImagePullSecret',
      `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`,
    );
  return found;
}

import type { AuthConfig, CallContext, PullImageRequest, PullImageResponse } from '@coxswain/cri';
import { CriError } from '@coxswain/cri';
import { isDockerStatus, type RegistryAuth } from '../docker/docker-engine.ts';
import { withTag } from '../image-reference.ts';
import type { Runtime } from '../runtime.ts';
import { imageName } from './images.ts';

export async function pullImage(
  { engine, images }: Runtime,
  { image, auth }: PullImageRequest,
  { signal }: CallContext,
): Promise<PullImageResponse> {
  const name = withTag(imageName(image?.image));
  try {
    await engine.pullImage(name, auth && registryAuth(auth), { signal });
  } catch (error) {
    if (signal.aborted) throw new CriError('CANCELLED', `pull of ${name} cancelled`, { cause: error });
    const message = (error as Error).message;
    const missing = isDockerStatus(error, 404) || /manifest unknown|not found|does not exist/.test(message);
    throw new CriError(missing ? 'NOT_FOUND' : 'UNKNOWN', message, { cause: error });
  }
  images.forget();
  const pulled = await engine.inspectImage(name);
  if (!pulled) throw new CriError('UNKNOWN', `image ${name} is not there after its pull`);
  return { imageRef: pulled.Id };
}

export function registryAuth(auth: AuthConfig): RegistryAuth {
  const { serverAddress, identityToken, registryToken } = auth;
  const [username = '', ...rest] =
    auth.username === '' && auth.auth !== ''
      ? Buffer.from(auth.auth, 'base64').toString().split(':')
      : [auth.username, auth.password];
  return {
    ...(username === '' ? {} : { username, password: rest.join(':') }),
    ...(serverAddress === '' ? {} : { serveraddress: serverAddress }),
    ...(identityToken === '' ? {} : { identitytoken: identityToken }),
    ...(registryToken === '' ? {} : { registrytoken: registryToken }),
  };
}

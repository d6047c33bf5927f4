import { createHash } from 'node:crypto';
import type { Container, Pod } from '@coxswain/api';
import { type AuthConfig, type CriClient, type Input, isCriError, type PodSandboxConfig } from '@coxswain/cri';
import type { Clock } from '@coxswain/foundation';
import { errorText } from '../container/error-text.ts';
import { uidOf } from '../container/pod-containers.ts';
import { goDuration, type RestartBackoff } from '../container/restart-backoff.ts';
import type { ImageUser } from '../container/security-context.ts';
import { StartError } from '../container/start-error.ts';
import type { KubeletEvents } from '../events/pod-events.ts';
import { parseImageName } from './image-name.ts';
import { credentialsFor, type RegistryCredential } from './registry-credentials.ts';

export interface PresentImage {
  /** What to call it in CreateContainer. */
  readonly ref: string;
  readonly user: ImageUser;
}

export interface ImageManagerOptions {
  readonly cri: Pick<CriClient, 'imageStatus' | 'pullImage'>;
  readonly backoff: RestartBackoff;
  readonly events: KubeletEvents;
  readonly clock: Clock;
  /** Those of the pod's imagePullSecrets; none unless given. */
  readonly credentials?: (pod: Pod) => Promise<readonly RegistryCredential[]>;
}

/** Makes sure that a container's image is there, by its pull policy, with upstream's events and waiting reasons. */
export class ImageManager {
  readonly #options: ImageManagerOptions;
  /** Pulls under way by image name, shared by who asks for the same. */
  readonly #pulls = new Map<string, Promise<string>>();
  readonly #failures = new Map<string, { at: number; message: string }>();

  constructor(options: ImageManagerOptions) {
    this.#options = options;
  }

  /** @throws StartError: InvalidImageName, ErrImageNeverPull, ErrImagePull, ImagePullBackOff */
  async ensure(
    pod: Pod,
    container: Container,
    sandboxConfig: Input<PodSandboxConfig> | undefined,
    signal: AbortSignal,
  ): Promise<PresentImage> {
    const { events } = this.#options;
    const { name: containerName, image: asked = '' } = container;
    const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
      events.container(pod, containerName, type, reason, message);
    const parsed = parseImageName(asked);
    if (!parsed) {
      const message = `Failed to apply default image tag "${asked}": couldn't parse image name "${asked}": invalid reference format`;
      say('Warning', 'InspectFailed', message);
      throw new StartError('InvalidImageName', message);
    }
    const policy = container.imagePullPolicy ?? (parsed.tag === '' && parsed.digest === '' ? 'Always' : 'IfNotPresent');
    const present = await this.#find(parsed.name);
    if (present && policy !== 'Always') {
      say('Normal', 'Pulled', `Container image "${asked}" already present on machine`);
      return present;
    }
    if (policy === 'Never') {
      const message = `Container image "${asked}" is not present with pull policy of Never`;
      say('Warning', 'ErrImageNeverPull', message);
      throw new StartError('ErrImageNeverPull', message);
    }
    await this.#pull(pod, asked, parsed.name, sandboxConfig, say, signal);
    const pulled = await this.#find(parsed.name);
    if (!pulled) throw new StartError('ImageInspectError', `image ${asked} is not there after its pull`);
    return pulled;
  }

  forget(uid: string): void {
    for (const key of this.#failures.keys()) if (key.startsWith(`${uid}/`)) this.#failures.delete(key);
    this.#options.backoff.forget(`${uid}/`);
  }

  async #find(name: string): Promise<PresentImage | undefined> {
    const { image } = await this.#options.cri.imageStatus({ image: { image: name } });
    if (!image) return undefined;
    return { ref: image.id, user: { uid: image.uid?.value, username: image.username } };
  }

  async #pull(
    pod: Pod,
    asked: string,
    name: string,
    sandboxConfig: Input<PodSandboxConfig> | undefined,
    say: (type: 'Normal' | 'Warning', reason: string, message: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { backoff, clock } = this.#options;
    const key = `${uidOf(pod)}/${name}`;
    const failure = this.#failures.get(key);
    const wait = failure ? backoff.remaining(key, failure.at) : 0;
    if (failure && wait > 0) {
      const message = `Back-off pulling image "${asked}": ErrImagePull: ${failure.message}`;
      say('Normal', 'BackOff', `Back-off pulling image "${asked}"`);
      throw new StartError('ImagePullBackOff', message, { retryAfterMs: wait });
    }
    say('Normal', 'Pulling', `Pulling image "${asked}"`);
    const started = clock.now();
    try {
      await this.#pullWithAny(pod, name, sandboxConfig, signal);
    } catch (error) {
      signal.throwIfAborted();
      const message = errorText(error);
      say('Warning', 'Failed', `Failed to pull image "${asked}": ${message}`);
      backoff.next(key, failure?.at ?? clock.now());
      this.#failures.set(key, { at: clock.now(), message });
      const reason = isCriError(error, 'UNAVAILABLE') ? 'RegistryUnavailable' : 'ErrImagePull';
      throw new StartError(reason, message, { retryAfterMs: backoff.remaining(key, clock.now()), cause: error });
    }
    this.#failures.delete(key);
    backoff.reset(key);
    const took = goDuration(Math.max(1, clock.now() - started));
    say('Normal', 'Pulled', `Successfully pulled image "${asked}" in ${took} (${took} including waiting)`);
  }

  /** With each of the pod's credentials for this image in turn; without any, as nobody. */
  async #pullWithAny(
    pod: Pod,
    name: string,
    sandboxConfig: Input<PodSandboxConfig> | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const fitting = credentialsFor(name, (await this.#options.credentials?.(pod)) ?? []);
    const attempts: (Input<AuthConfig> | undefined)[] = fitting.length > 0 ? fitting : [undefined];
    let failure: unknown;
    for (const auth of attempts) {
      try {
        await this.#shared(name, auth, sandboxConfig, signal);
        return;
      } catch (error) {
        signal.throwIfAborted();
        failure = error;
      }
    }
    throw failure;
  }

  /** Only who has the same credentials shares a pull. */
  #shared(
    name: string,
    auth: Input<AuthConfig> | undefined,
    sandboxConfig: Input<PodSandboxConfig> | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    const key = auth ? `${name} ${createHash('sha256').update(JSON.stringify(auth)).digest('hex')}` : name;
    let pull = this.#pulls.get(key);
    if (!pull) {
      pull = this.#options.cri
        .pullImage({ image: { image: name }, sandboxConfig, ...(auth ? { auth } : {}) })
        .then(({ imageRef }) => imageRef)
        .finally(() => this.#pulls.delete(key));
      this.#pulls.set(key, pull);
    }
    return Promise.race([pull, rejectOn(signal)]);
  }
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

import type { Pod } from '@coxswain/api';

export const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

export interface ChosenContainers {
  readonly containers: readonly string[];
  /** What to tell the user about the choice. */
  readonly notice?: string;
}

/** The containers whose logs are meant. @throws Error in kubectl's words when the pod has no such container */
export function chooseContainers(
  pod: Pod,
  wanted: { readonly container: string; readonly all: boolean },
): ChosenContainers {
  const { spec, metadata } = pod;
  const regular = spec.containers.map(({ name }) => name);
  const init = (spec.initContainers ?? []).map(({ name }) => name);
  const ephemeral = (spec.ephemeralContainers ?? []).map(({ name }) => name);
  const every = [...init, ...regular, ...ephemeral];
  if (wanted.all) return { containers: every };
  if (wanted.container !== '') {
    if (!every.includes(wanted.container))
      throw new Error(`container ${wanted.container} is not valid for pod ${metadata.name}`);
    return { containers: [wanted.container] };
  }
  const annotated = metadata.annotations?.[DEFAULT_CONTAINER];
  if (annotated !== undefined && every.includes(annotated)) return { containers: [annotated] };
  const first = regular[0] ?? '';
  if (every.length <= 1) return { containers: [first] };
  const others = [...regular, ...init.map((name) => `${name} (init)`), ...ephemeral.map((name) => `${name} (ephem)`)];
  return { containers: [first], notice: `Defaulted container "${first}" out of: ${others.join(', ')}` };
}

import {
  type DeleteOptions,
  decodeObject,
  type Eviction,
  evictionKind,
  evictionV1beta1Kind,
  failure,
  formatTime,
  isConditionTrue,
  isConflict,
  type Kind,
  type KubeObject,
  newBadRequest,
  newNotFound,
  type Pod,
  type PodDisruptionBudget,
  podDisruptionBudgetKind,
  StatusError,
  setCondition,
  success,
} from '@coxswain/api';
import { admitCreation } from '../admission/admit-creation.ts';
import { deleteObject } from '../handlers/delete.ts';
import { checkDeletionOptions, type RequestDeletionOptions } from '../handlers/deletion-options.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { writeOptions } from '../handlers/write-options.ts';
import { groupResource } from '../registry/group-resource.ts';
import { checkPreconditions } from '../registry/plan-deletion.ts';
import { negotiateBody } from '../server/negotiate.ts';
import { type Answer, jsonAnswer, type RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { budgetsOf } from './budgets-of.ts';
import { beingProcessed, withdrawDisruption } from './withdraw-disruption.ts';

const SEVERAL_BUDGETS =
  'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
const ATTEMPTS = 20;

/** POST pods/x/eviction: deletes the pod if its disruption budget has one to spare (KEP-85). */
export async function handleEviction(
  dependencies: HandlerDependencies,
  context: RequestContext,
  { kind, namespace, name }: ResourceRequest,
): Promise<Answer> {
  const { dryRun, fieldValidation, signal } = writeOptions(context, 'CreateOptions');
  const format = negotiateBody(context.headers['content-type']);
  // Clients before 1.22 send the old version.
  const old = context.body.includes(evictionV1beta1Kind.apiVersion);
  const bodyKind = old ? evictionV1beta1Kind : (evictionKind as unknown as Kind);
  const { object } = decodeObject(bodyKind, context.body, format, fieldValidation);
  const eviction = object as unknown as Eviction;
  if (eviction.metadata.name && eviction.metadata.name !== name)
    throw newBadRequest('name in URL does not match name in Eviction object');
  const given: DeleteOptions = eviction.deleteOptions ?? {};
  const options = checkDeletionOptions(given);
  const { admission } = dependencies;
  const place = { kind, namespace, name, subresource: 'eviction' };
  await admitCreation(admission, place, { user: context.user, object, dryRun: dryRun || options.dryRun });
  const evict = new PodEviction(
    dependencies,
    context,
    kind,
    { namespace, name },
    {
      ...options,
      dryRun: dryRun || options.dryRun,
    },
  );
  await evict.run(signal);
  return jsonAnswer(201, { ...success(), code: 201 });
}

class PodEviction {
  readonly #dependencies: HandlerDependencies;
  readonly #context: RequestContext;
  readonly #kind: Kind;
  readonly #place: { readonly namespace: string; readonly name: string };
  readonly #options: RequestDeletionOptions;

  constructor(
    dependencies: HandlerDependencies,
    context: RequestContext,
    kind: Kind,
    place: { readonly namespace: string; readonly name: string },
    options: RequestDeletionOptions,
  ) {
    this.#dependencies = dependencies;
    this.#context = context;
    this.#kind = kind;
    this.#place = place;
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    // 1. What disrupts nobody any more goes without asking.
    let pod = await this.#read(signal);
    for (let attempt = 1; needsNoBudget(pod); attempt++) {
      try {
        return await this.#delete(this.#pinned(pod, !isGoing(pod)), signal);
      } catch (error) {
        if (!isConflict(error) || this.#options.preconditions?.resourceVersion || attempt === ATTEMPTS) throw error;
        pod = await this.#read(signal);
      }
    }
    // 2. The budget.
    const [budget, another] = await budgetsOf(this.#dependencies, pod, signal);
    if (another) throw new StatusError(failure(500, '', SEVERAL_BUDGETS));
    if (!budget) return this.#delete(this.#options, signal);
    if (maySkip(budget, pod)) {
      try {
        return await this.#delete(this.#pinned(pod, true), signal);
      } catch (error) {
        // It may have become ready meanwhile.
        if (isConflict(error) && !this.#options.preconditions?.resourceVersion)
          throw beingProcessed(budget.metadata.name ?? '');
        throw error;
      }
    }
    await this.#withdraw(budget, signal);
    // 3. The pod.
    await this.#delete(this.#options, signal);
  }

  async #read(signal: AbortSignal): Promise<Pod> {
    const { namespace, name } = this.#place;
    const found = await this.#dependencies.store.fresh(this.#kind, namespace, name, signal);
    if (!found) throw newNotFound(groupResource(this.#kind), name);
    return found.object as Pod;
  }

  /** The options, for the pod just as it was seen unless the client has said which one. */
  #pinned({ metadata }: Pod, pin: boolean): RequestDeletionOptions {
    const { preconditions } = this.#options;
    if (!pin || preconditions?.resourceVersion !== undefined) return this.#options;
    return { ...this.#options, preconditions: { ...preconditions, resourceVersion: metadata.resourceVersion } };
  }

  /** Takes one from the budget; others who do so at the same time are seen. */
  async #withdraw({ metadata }: PodDisruptionBudget, signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#dependencies;
    const kind = podDisruptionBudgetKind as unknown as Kind;
    await store.change(
      kind,
      this.#place.namespace,
      metadata.name ?? '',
      ({ object }) => {
        const budget = object as unknown as PodDisruptionBudget;
        const status = withdrawDisruption(budget, this.#place.name, clock.now());
        return { action: 'put', object: { ...budget, status } as unknown as KubeObject };
      },
      { dryRun: this.#options.dryRun, signal },
    );
  }

  async #delete(options: RequestDeletionOptions, signal: AbortSignal): Promise<void> {
    const { namespace, name } = this.#place;
    let pinned = options;
    if (!options.dryRun) {
      const marked = await this.#dependencies.store.change(
        this.#kind,
        namespace,
        name,
        ({ object }) => {
          checkPreconditions(this.#kind, object, options);
          return { action: 'put', object: asTarget(object as Pod, this.#dependencies.clock.now()) };
        },
        { dryRun: false, signal },
      );
      const { resourceVersion } = marked.saved.object.metadata;
      if (options.preconditions?.resourceVersion !== undefined)
        pinned = { ...options, preconditions: { ...options.preconditions, resourceVersion } };
    }
    await deleteObject(this.#dependencies, this.#context.user, this.#kind, this.#place, pinned, signal);
  }
}

function isGoing({ metadata, status }: Pod): boolean {
  const { phase } = status ?? {};
  return phase === 'Succeeded' || phase === 'Failed' || metadata.deletionTimestamp !== undefined;
}

function needsNoBudget(pod: Pod): boolean {
  return isGoing(pod) || pod.status?.phase === 'Pending';
}

/** Running pods that are not ready are not what a budget counts. */
function maySkip({ spec, status }: PodDisruptionBudget, pod: Pod): boolean {
  if (isConditionTrue(pod.status?.conditions, 'Ready')) return false;
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

function asTarget(pod: Pod, now: number): KubeObject {
  const target = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: formatTime(now),
  };
  return { ...pod, status: { ...pod.status, conditions: setCondition(pod.status?.conditions, target) } } as KubeObject;
}

import type { Namespace, NamespaceCondition } from '@coxswain/api';
import { timestamp } from '../../shared/times.ts';

/** What a pass over a namespace's content left. */
export interface ContentReport {
  readonly discoveryFailures: readonly { readonly groupVersion: string; readonly message: string }[];
  readonly errors: readonly string[];
  /** Objects left, by `plural.group`. */
  readonly remaining: ReadonlyMap<string, number>;
  /** Objects left that carry a finalizer, by its name. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** The longest grace period among what is left. */
  readonly estimateSeconds: number;
}

export interface NamespacePlan {
  readonly conditions: readonly NamespaceCondition[];
  /** Everything is gone: the finalizer `kubernetes` may go too. */
  readonly finalize: boolean;
  readonly requeueAfterMs: number;
}

/** The conditions that tell users what a terminating namespace waits for, and whether it may go. */
export function planNamespace(namespace: Namespace, report: ContentReport, now: number): NamespacePlan {
  const { discoveryFailures, errors, remaining, finalizers } = report;
  const undiscovered = discoveryFailures.map(({ groupVersion, message }) => `${groupVersion}: ${message}`).sort();
  const counted = (counts: ReadonlyMap<string, number>, one: (name: string, count: number) => string) =>
    [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => one(name, count))
      .join(', ');
  const wanted = [
    condition('NamespaceDeletionDiscoveryFailure', discoveryFailures.length > 0, {
      bad: [
        'DiscoveryFailed',
        `Discovery failed for some groups, ${undiscovered.length} failing: unable to retrieve the complete list of server APIs: ${undiscovered.join(', ')}`,
      ],
      good: ['ResourcesDiscovered', 'All resources successfully discovered'],
    }),
    condition('NamespaceDeletionGroupVersionParsingFailure', false, {
      bad: ['GroupVersionParsingFailed', ''],
      good: ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    }),
    condition('NamespaceDeletionContentFailure', errors.length > 0, {
      bad: [
        'ContentDeletionFailed',
        `Failed to delete all resource types, ${errors.length} remaining: ${[...errors].sort().join(', ')}`,
      ],
      good: ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    }),
    condition('NamespaceContentRemaining', remaining.size > 0, {
      bad: [
        'SomeResourcesRemain',
        `Some resources are remaining: ${counted(remaining, (name, count) => `${name} has ${count} resource instances`)}`,
      ],
      good: ['ContentRemoved', 'All content successfully removed'],
    }),
    condition('NamespaceFinalizersRemaining', finalizers.size > 0, {
      bad: [
        'SomeFinalizersRemain',
        `Some content in the namespace has finalizers remaining: ${counted(finalizers, (name, count) => `${name} in ${count} resource instances`)}`,
      ],
      good: ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
    }),
  ];
  const old = namespace.status?.conditions ?? [];
  const conditions = wanted.map((next) => {
    const current = old.find(({ type }) => type === next.type);
    const lastTransitionTime = current?.status === next.status ? current.lastTransitionTime : timestamp(now);
    return { ...next, lastTransitionTime };
  });
  const others = old.filter(({ type }) => !wanted.some((next) => next.type === type));
  return {
    conditions: [...others, ...conditions],
    finalize: discoveryFailures.length === 0 && errors.length === 0 && remaining.size === 0,
    requeueAfterMs: requeueAfterMs(report),
  };
}

/** Soon when nothing has a grace period; otherwise often enough to notice its end. */
function requeueAfterMs({ errors, discoveryFailures, estimateSeconds }: ContentReport): number {
  if (errors.length > 0 || discoveryFailures.length > 0) return 5000;
  return estimateSeconds > 0 ? 1000 : 250;
}

function condition(
  type: string,
  isBad: boolean,
  { bad, good }: { readonly bad: readonly [string, string]; readonly good: readonly [string, string] },
) {
  const [reason, message] = isBad ? bad : good;
  return { type, status: isBad ? 'True' : 'False', reason, message };
}

import {
  type ClusterRole,
  clusterRoleBindingKind,
  clusterRoleKind,
  isAlreadyExists,
  type Kind,
  type KubeObject,
  type PolicyRule,
} from '@coxswain/api';
import type { UserInfo } from '../../authentication/user-info.ts';
import { uncoveredRules } from '../../authorization/rbac/rules-covered.ts';
import { createObject } from '../../handlers/create.ts';
import type { HandlerDependencies } from '../../handlers/dependencies.ts';
import { BOOTSTRAP_BINDINGS, type BootstrapBinding } from './bindings.ts';
import { COMPONENT_ROLES } from './component-roles.ts';
import type { BootstrapRole } from './rule.ts';
import { USER_ROLES } from './user-roles.ts';

const AUTOUPDATE = 'rbac.authorization.kubernetes.io/autoupdate';
const GROUP = 'rbac.authorization.k8s.io';
const roleKind = clusterRoleKind as unknown as Kind;
const bindingKind = clusterRoleBindingKind as unknown as Kind;
const ROLES = [...USER_ROLES, ...COMPONENT_ROLES];

/** Makes the roles and bindings that every cluster has, and gives such roles the rules that they lack. */
export async function ensureRbacPolicy(
  dependencies: HandlerDependencies,
  user: UserInfo,
  signal: AbortSignal,
): Promise<void> {
  for (const role of ROLES) {
    const found = dependencies.store.cached(roleKind, '', role.name)?.object as unknown as ClusterRole | undefined;
    if (!found) await create(dependencies, user, roleKind, roleObject(role), signal);
    else if (!role.aggregates && lacks(found, role.rules).length > 0)
      await complete(dependencies, found, role.rules, signal);
  }
  for (const binding of BOOTSTRAP_BINDINGS)
    if (!dependencies.store.cached(bindingKind, '', binding.name))
      await create(dependencies, user, bindingKind, bindingObject(binding), signal);
}

async function create(
  dependencies: HandlerDependencies,
  user: UserInfo,
  kind: Kind,
  object: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  try {
    await createObject(dependencies, user, kind, '', object, { dryRun: false, fieldManager: 'kube-apiserver', signal });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

/** What a role lacks, unless somebody has said that it is to be left alone. */
function lacks({ metadata, rules }: ClusterRole, wanted: readonly PolicyRule[]): PolicyRule[] {
  return metadata.annotations?.[AUTOUPDATE] === 'true' ? uncoveredRules(rules ?? [], wanted) : [];
}

async function complete(
  { store }: HandlerDependencies,
  { metadata }: ClusterRole,
  wanted: readonly PolicyRule[],
  signal: AbortSignal,
): Promise<void> {
  await store.change(
    roleKind,
    '',
    metadata.name ?? '',
    ({ object }) => {
      const role = object as unknown as ClusterRole;
      const missing = lacks(role, wanted);
      if (missing.length === 0) return { action: 'keep' };
      return { action: 'put', object: { ...object, rules: [...(role.rules ?? []), ...missing] } as KubeObject };
    },
    { dryRun: false, signal },
  );
}

function roleObject(role: BootstrapRole): KubeObject {
  const { aggregates } = role;
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'ClusterRole',
    metadata: metadataOf(role.name, role.labels),
    ...(aggregates && {
      aggregationRule: { clusterRoleSelectors: aggregates.map((label) => ({ matchLabels: { [label]: 'true' } })) },
    }),
    rules: structuredClone(aggregates ? aggregated(role) : role.rules),
  } as KubeObject;
}

/** What the aggregation controller will find, so that the roles are good from the start. Pure. */
export function aggregated({ rules, aggregates }: BootstrapRole): readonly PolicyRule[] {
  if (!aggregates) return rules;
  return ROLES.filter(({ labels = {} }) => aggregates.some((label) => labels[label] === 'true')).flatMap(aggregated);
}

function bindingObject({ name, role = name, users = [], groups = [] }: BootstrapBinding): KubeObject {
  const subject = (kind: string) => (each: string) => ({ kind, apiGroup: GROUP, name: each });
  const subjects = [...users.map(subject('User')), ...groups.map(subject('Group'))];
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: metadataOf(name),
    ...(subjects.length > 0 && { subjects }),
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: role },
  } as KubeObject;
}

function metadataOf(name: string, labels: Readonly<Record<string, string>> = {}): KubeObject['metadata'] {
  return {
    name,
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
    annotations: { [AUTOUPDATE]: 'true' },
  };
}

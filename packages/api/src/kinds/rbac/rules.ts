import { list, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';

export const PolicyRule = struct('PolicyRule', {
  verbs: list(1, str()).always().atomic().describe('What may be done; * for everything.'),
  apiGroups: list(2, str()).atomic().describe('The API groups of the resources; "" is core.'),
  resources: list(3, str()).atomic().describe('The resources, with subresources as pods/log.'),
  resourceNames: list(4, str()).atomic().describe('The names of the objects; all when empty.'),
  nonResourceURLs: list(5, str()).atomic().describe('Paths that are no resources; only in a ClusterRole.'),
});
export type PolicyRule = Infer<typeof PolicyRule>;

export const RoleRef = struct('RoleRef', {
  apiGroup: str(1).always().default('rbac.authorization.k8s.io'),
  kind: str(2).required(),
  name: str(3).required(),
});
export type RoleRef = Infer<typeof RoleRef>;

export const Subject = struct('Subject', {
  kind: str(1).required(),
  apiGroup: str(2),
  name: str(3).required(),
  namespace: str(4),
});
export type Subject = Infer<typeof Subject>;

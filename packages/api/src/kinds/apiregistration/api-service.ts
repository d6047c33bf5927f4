import { findCondition } from '../../machinery/conditions.ts';
import { type FieldError, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isDns1035Label } from '../../machinery/names.ts';
import { bool, bytes, int32, list, of, str, time } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const APIServiceReference = struct('ServiceReference', {
  namespace: str(1),
  name: str(2),
  port: int32(3).pointer().default(443),
});
export type APIServiceReference = Infer<typeof APIServiceReference>;

export const APIServiceSpec = struct('APIServiceSpec', {
  service: of(1, APIServiceReference),
  group: str(2),
  version: str(3),
  insecureSkipTLSVerify: bool(4),
  caBundle: bytes(5).atomic(),
  groupPriorityMinimum: int32(7).always(),
  versionPriority: int32(8).always(),
});
export type APIServiceSpec = Infer<typeof APIServiceSpec>;

export const APIServiceCondition = struct('APIServiceCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastTransitionTime: time(3),
  reason: str(4),
  message: str(5),
});
export type APIServiceCondition = Infer<typeof APIServiceCondition>;

export const APIServiceStatus = struct('APIServiceStatus', {
  conditions: list(1, APIServiceCondition).keyed('type'),
});
export type APIServiceStatus = Infer<typeof APIServiceStatus>;

export const APIService = struct('APIService', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, APIServiceSpec).expected(),
  status: of(3, APIServiceStatus),
});
export type APIService = Infer<typeof APIService>;

const MAX_GROUP_PRIORITY = 20_000;
const MAX_VERSION_PRIORITY = 1000;

export const apiServiceKind = defineKind<APIService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  categories: ['api-extensions'],
  namespaced: false,
  struct: APIService,
  hasGeneration: false,
  prepareForCreate(service) {
    service.status = service.spec.service ? {} : { conditions: [localAvailable(service)] };
  },
  validate: validateApiService,
  subresources: { status: true },
  columns: [
    column('Service', ({ spec }) => (spec.service ? `${spec.service.namespace}/${spec.service.name}` : 'Local')),
    column('Available', ({ status }) => availableCell(status)),
  ],
});

/** A group that this server answers itself is there from the start. */
function localAvailable({ metadata }: APIService): APIServiceCondition {
  return {
    type: 'Available',
    status: 'True',
    lastTransitionTime: metadata.creationTimestamp,
    reason: 'Local',
    message: 'Local APIServices are always available',
  };
}

function availableCell(status: APIServiceStatus | undefined): string {
  const condition = findCondition(status?.conditions, 'Available');
  if (!condition) return 'Unknown';
  return condition.status === 'True' ? 'True' : `${condition.status} (${condition.reason})`;
}

function validateApiService({ metadata, spec }: APIService): FieldError[] {
  const { group = '', groupPriorityMinimum = 0, insecureSkipTLSVerify, service, version = '' } = spec;
  const errors: FieldError[] = [];
  if (metadata.name !== `${version}.${group}`)
    errors.push(
      fieldInvalid(
        path('metadata', 'name'),
        metadata.name,
        `must be \`spec.version+"."+spec.group\`: "${version}.${group}"`,
      ),
    );
  if (group === '' && version !== 'v1')
    errors.push(fieldRequired(path('spec', 'group'), 'only v1 may have an empty group and it better be legacy kube'));
  for (const message of isDns1035Label(version)) errors.push(fieldInvalid(path('spec', 'version'), version, message));
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > MAX_GROUP_PRIORITY)
    errors.push(
      fieldInvalid(
        path('spec', 'groupPriorityMinimum'),
        groupPriorityMinimum,
        `must be positive and less than ${MAX_GROUP_PRIORITY}`,
      ),
    );
  const { versionPriority = 0 } = spec;
  if (versionPriority <= 0 || versionPriority > MAX_VERSION_PRIORITY)
    errors.push(
      fieldInvalid(
        path('spec', 'versionPriority'),
        versionPriority,
        `must be positive and less than ${MAX_VERSION_PRIORITY}`,
      ),
    );
  if (!service) {
    if (spec.caBundle)
      errors.push(fieldInvalid(path('spec', 'caBundle'), '<bytes>', 'local APIServices may not have a caBundle'));
    if (insecureSkipTLSVerify)
      errors.push(
        fieldInvalid(
          path('spec', 'insecureSkipTLSVerify'),
          true,
          'local APIServices may not have insecureSkipTLSVerify',
        ),
      );
  } else if (insecureSkipTLSVerify && spec.caBundle)
    errors.push(fieldInvalid(path('spec', 'insecureSkipTLSVerify'), true, 'may not be true if caBundle is present'));
  return errors;
}

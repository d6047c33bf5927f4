import {
  type FieldError,
  fieldForbidden,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
} from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { int32, list, of, str, time } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const ExemptPriorityLevelConfiguration = struct('ExemptPriorityLevelConfiguration', {
  nominalConcurrencyShares: int32(1).pointer(),
  lendablePercent: int32(2).pointer(),
});
export type ExemptPriorityLevelConfiguration = Infer<typeof ExemptPriorityLevelConfiguration>;

export const QueuingConfiguration = struct('QueuingConfiguration', {
  queues: int32(1).always().default(64),
  handSize: int32(2).always().default(8),
  queueLengthLimit: int32(3).always().default(50),
});
export type QueuingConfiguration = Infer<typeof QueuingConfiguration>;

export const LimitResponse = struct('LimitResponse', {
  type: str(1).required().oneOf('Queue', 'Reject'),
  queuing: of(2, QueuingConfiguration),
});
export type LimitResponse = Infer<typeof LimitResponse>;

export const LimitedPriorityLevelConfiguration = struct('LimitedPriorityLevelConfiguration', {
  nominalConcurrencyShares: int32(1).pointer().always(),
  limitResponse: of(2, LimitResponse).filled(),
  lendablePercent: int32(3).pointer(),
  borrowingLimitPercent: int32(4).pointer(),
});
export type LimitedPriorityLevelConfiguration = Infer<typeof LimitedPriorityLevelConfiguration>;

export const PriorityLevelConfigurationSpec = struct('PriorityLevelConfigurationSpec', {
  type: str(1).required(),
  limited: of(2, LimitedPriorityLevelConfiguration),
  exempt: of(3, ExemptPriorityLevelConfiguration),
});
export type PriorityLevelConfigurationSpec = Infer<typeof PriorityLevelConfigurationSpec>;

export const PriorityLevelConfigurationCondition = struct('PriorityLevelConfigurationCondition', {
  type: str(1),
  status: str(2),
  lastTransitionTime: time(3),
  reason: str(4),
  message: str(5),
});
export type PriorityLevelConfigurationCondition = Infer<typeof PriorityLevelConfigurationCondition>;

export const PriorityLevelConfigurationStatus = struct('PriorityLevelConfigurationStatus', {
  conditions: list(1, PriorityLevelConfigurationCondition).keyed('type'),
});
export type PriorityLevelConfigurationStatus = Infer<typeof PriorityLevelConfigurationStatus>;

export const PriorityLevelConfiguration = struct('PriorityLevelConfiguration', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, PriorityLevelConfigurationSpec).expected(),
  status: of(3, PriorityLevelConfigurationStatus),
});
export type PriorityLevelConfiguration = Infer<typeof PriorityLevelConfiguration>;

export const priorityLevelConfigurationKind = defineKind<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  namespaced: false,
  struct: PriorityLevelConfiguration,
  defaults({ spec }) {
    if (spec.type === 'Exempt') {
      spec.exempt ??= {};
      spec.exempt.nominalConcurrencyShares ??= 0;
      spec.exempt.lendablePercent ??= 0;
    }
    if (!spec.limited) return;
    spec.limited.nominalConcurrencyShares ??= 30;
    spec.limited.lendablePercent ??= 0;
    if (spec.limited.limitResponse?.type === 'Queue') spec.limited.limitResponse.queuing ??= { ...QUEUING };
  },
  prepareForCreate(level) {
    level.status = {};
  },
  validate: ({ spec }) => validateLevel(spec),
  subresources: { status: true },
  columns: [
    column('Type', ({ spec }) => spec.type),
    column('NominalConcurrencyShares', ({ spec }) =>
      String(spec.limited?.nominalConcurrencyShares ?? spec.exempt?.nominalConcurrencyShares ?? '<none>'),
    ),
    ...(['queues', 'handSize', 'queueLengthLimit'] as const).map((field) =>
      column<PriorityLevelConfiguration>(field.charAt(0).toUpperCase() + field.slice(1), ({ spec }) =>
        String(spec.limited?.limitResponse?.queuing?.[field] ?? '<none>'),
      ),
    ),
  ],
});

const QUEUING = { queues: 64, handSize: 8, queueLengthLimit: 50 };

function validateLevel({ exempt, limited, type }: PriorityLevelConfigurationSpec): FieldError[] {
  const at = path('spec');
  const errors: FieldError[] = [];
  switch (type) {
    case '':
    case undefined:
      return [];
    case 'Exempt':
      if (limited) errors.push(fieldForbidden(at.child('limited'), 'must be nil if the type is not Limited'));
      break;
    case 'Limited':
      if (exempt) errors.push(fieldForbidden(at.child('exempt'), 'must be nil if the type is Limited'));
      if (!limited) return [...errors, fieldRequired(at.child('limited'), 'must not be empty when type is Limited')];
      break;
    default:
      return [fieldNotSupported(at.child('type'), type, ['Exempt', 'Limited'])];
  }
  const { limitResponse, lendablePercent = 0 } = limited ?? {};
  if (lendablePercent < 0 || lendablePercent > 100)
    errors.push(
      fieldInvalid(at.child('limited', 'lendablePercent'), lendablePercent, 'must be between 0 and 100, inclusive'),
    );
  if (limitResponse?.type === 'Reject' && limitResponse.queuing)
    errors.push(
      fieldForbidden(
        at.child('limited', 'limitResponse', 'queuing'),
        'must be nil if limited.limitResponse.type is not Limited',
      ),
    );
  return errors;
}

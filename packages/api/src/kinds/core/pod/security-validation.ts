import {
  type FieldError,
  fieldDuplicate,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
} from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { inclusiveRangeMessage } from '../../../machinery/names.ts';
import type { PodSecurityContext, SeccompProfile, SecurityContext } from './security.ts';

const MAX_ID = 2_147_483_647;
const MAX_SYSCTL_LENGTH = 253;
const SYSCTL_SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL = `(${SYSCTL_SEGMENT}[\\./])*${SYSCTL_SEGMENT}`;
const SYSCTL_MATCHER = new RegExp(`^(${SYSCTL})$`);

function validateId(id: number | undefined, at: FieldPath): FieldError[] {
  return id === undefined || (id >= 0 && id <= MAX_ID) ? [] : [fieldInvalid(at, id, inclusiveRangeMessage(0, MAX_ID))];
}

function validateSeccomp(profile: SeccompProfile | undefined, at: FieldPath): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const below = at.child('localhostProfile');
  if (type === 'Localhost') {
    if (!localhostProfile) return [fieldRequired(below, 'must be set when seccomp type is Localhost')];
    return localhostProfile.startsWith('/') || localhostProfile.split('/').includes('..')
      ? [fieldInvalid(below, localhostProfile, 'must be a relative path')]
      : [];
  }
  return localhostProfile === undefined
    ? []
    : [fieldInvalid(below, localhostProfile, 'can only be set when seccomp type is Localhost')];
}

export function validatePodSecurity(context: PodSecurityContext, at: FieldPath): FieldError[] {
  const errors = [
    ...validateId(context.fsGroup, at.child('fsGroup')),
    ...validateId(context.runAsUser, at.child('runAsUser')),
    ...validateId(context.runAsGroup, at.child('runAsGroup')),
    ...(context.supplementalGroups ?? []).flatMap((id, i) => validateId(id, at.child('supplementalGroups').index(i))),
  ];
  const names = new Set<string>();
  (context.sysctls ?? []).forEach(({ name }, i) => {
    const item = at.child('sysctls').index(i).child('name');
    if (name && (name.length > MAX_SYSCTL_LENGTH || !SYSCTL_MATCHER.test(name)))
      errors.push(
        fieldInvalid(item, name, `must have at most ${MAX_SYSCTL_LENGTH} characters and match regex ${SYSCTL}`),
      );
    else if (name && names.has(name)) errors.push(fieldDuplicate(item, name));
    names.add(name);
  });
  const policy = context.fsGroupChangePolicy;
  if (policy !== undefined && policy !== 'Always' && policy !== 'OnRootMismatch')
    errors.push(fieldNotSupported(at.child('fsGroupChangePolicy'), policy, ['Always', 'OnRootMismatch']));
  return [...errors, ...validateSeccomp(context.seccompProfile, at.child('seccompProfile'))];
}

export function validateSecurity(context: SecurityContext, hostUsers: boolean, at: FieldPath): FieldError[] {
  const { runAsUser, runAsGroup, procMount, allowPrivilegeEscalation, privileged, capabilities } = context;
  const errors = [
    ...validateId(runAsUser, at.child('runAsUser')),
    ...validateId(runAsGroup, at.child('runAsGroup')),
    ...validateSeccomp(context.seccompProfile, at.child('seccompProfile')),
  ];
  if (procMount !== undefined && procMount !== 'Default' && procMount !== 'Unmasked')
    errors.push(fieldNotSupported(at.child('procMount'), procMount, ['Default', 'Unmasked']));
  if (procMount === 'Unmasked' && hostUsers)
    errors.push(fieldInvalid(at.child('procMount'), procMount, '`hostUsers` must be false to use `Unmasked`'));
  if (allowPrivilegeEscalation === false) {
    if (privileged)
      errors.push(fieldInvalid(at, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
    if (capabilities?.add?.includes('CAP_SYS_ADMIN'))
      errors.push(
        fieldInvalid(
          at,
          context,
          'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
        ),
      );
  }
  return errors;
}

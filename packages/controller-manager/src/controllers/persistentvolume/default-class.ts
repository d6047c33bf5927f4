import { BETA_STORAGE_CLASS, type PersistentVolumeClaim, type StorageClass } from '@coxswain/api';

const IS_DEFAULT = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

/**
 * The class for a claim that was made without one, when there was no default yet (upstream's RetroactiveDefaultStorageClass):
 * the youngest default. Undefined when the claim needs none; a class of '' is a choice too.
 */
export function defaultClassFor(claim: PersistentVolumeClaim, classes: readonly StorageClass[]): string | undefined {
  const { storageClassName, volumeName } = claim.spec;
  if (storageClassName !== undefined || volumeName || claim.metadata.deletionTimestamp !== undefined) return undefined;
  if (claim.metadata.annotations?.[BETA_STORAGE_CLASS] !== undefined) return undefined;
  const defaults = classes.filter(({ metadata }) => IS_DEFAULT.some((name) => metadata.annotations?.[name] === 'true'));
  const age = ({ metadata }: StorageClass) => metadata.creationTimestamp ?? '';
  defaults.sort((a, b) =>
    age(a) !== age(b) ? (age(a) > age(b) ? -1 : 1) : a.metadata.name < b.metadata.name ? -1 : 1,
  );
  return defaults[0]?.metadata.name;
}

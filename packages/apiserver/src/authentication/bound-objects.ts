import { type Kind, nodeKind, podKind, secretKind, serviceAccountKind } from '@coxswain/api';
import type { ObjectStore } from '../registry/object-store.ts';
import type { BindableKind, FindObject } from './service-account-authenticator.ts';

const KINDS: Readonly<Record<BindableKind, unknown>> = {
  ServiceAccount: serviceAccountKind,
  Pod: podKind,
  Secret: secretKind,
  Node: nodeKind,
};

/** Reads what tokens depend on from the watch cache; what it does not know yet may be in the store. */
export function boundObjects(store: ObjectStore): FindObject {
  return (name, namespace, object) => {
    const kind = KINDS[name] as Kind;
    const cached = store.cached(kind, namespace, object);
    return cached ? cached.object : store.fresh(kind, namespace, object).then((found) => found?.object);
  };
}

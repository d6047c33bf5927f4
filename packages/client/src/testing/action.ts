/** One request that a FakeApiClient got, in the words of RBAC. */
export interface FakeAction {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';
  readonly group: string;
  /** The plural, such as `pods`. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** The object, patch document or delete options sent. */
  readonly body: unknown;
}

/**
 * Looks at a request before it is served: throws to make it fail, returns a value to answer it, or undefined to leave it
 * to the next reactor and at last to the store.
 */
export type FakeReactor = (action: FakeAction) => unknown;

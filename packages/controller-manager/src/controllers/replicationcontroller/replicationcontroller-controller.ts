import { replicationControllerKind, selectNothing, selectorFromSet } from '@coxswain/api';
import type { Controller } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { createReplicasController } from '../replicaset/replicas-controller.ts';

/** Keeps as many pods of a template as a ReplicationController says. */
export function createReplicationControllerController(context: ControllerContext): Controller {
  return createReplicasController(context, {
    kind: replicationControllerKind,
    name: 'replicationcontroller',
    component: 'replication-controller',
    selectorOf: ({ spec: { selector } }) =>
      Object.keys(selector ?? {}).length === 0 ? selectNothing() : selectorFromSet(selector),
    hasTerminatingReplicas: false,
  });
}

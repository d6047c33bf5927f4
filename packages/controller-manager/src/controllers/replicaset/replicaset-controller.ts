import { replicaSetKind } from '@coxswain/api';
import type { Controller } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { selectorOf } from '../../shared/selector-of.ts';
import { createReplicasController } from './replicas-controller.ts';

/** Keeps as many pods of a template as a ReplicaSet says. */
export function createReplicaSetController(context: ControllerContext): Controller {
  return createReplicasController(context, {
    kind: replicaSetKind,
    name: 'replicaset',
    component: 'replicaset-controller',
    selectorOf: ({ spec }) => selectorOf(spec.selector),
    hasTerminatingReplicas: true,
  });
}

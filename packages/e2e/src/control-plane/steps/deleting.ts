import { deployment } from './manifests.ts';
import { type Step, step } from './step.ts';

/** delete in each way, with what becomes of what was owned. */
export const deleting: readonly Step[] = [
  step('delete configmap settings', /^configmap "settings" deleted(?: from NS namespace)?\n$/),
  step('delete configmap settings', undefined, {
    fails: /^Error from server \(NotFound\): configmaps "settings" not found\n$/,
  }),
  step('delete configmap settings --ignore-not-found', ''),
  step('delete configmaps -l none=such', 'No resources found\n'),
  step('delete configmap made --dry-run=server', /^configmap "made" deleted.* \(server dry run\)/),
  step('delete configmap made --dry-run=client', /^configmap "made" deleted.* \(dry run\)/),
  step('delete deployment web --cascade=orphan', /^deployment\.apps "web" deleted/),
  step('get replicasets -l app=web -o jsonpath={.items[0].metadata.ownerReferences}', '', { eventually: true }),
  step('delete replicasets -l app=web --cascade=foreground', /deleted/),
  step('get pods -l app=web -o name', '', { eventually: true }),
  step('create -f -', 'deployment.apps/web created\n', { input: deployment() }),
  step('get pods -l app=web -o name', /(pod\/\S+\n){2}/, { eventually: true }),
  step('delete deployment web --cascade=background', /^deployment\.apps "web" deleted/),
  step('get replicasets,pods -l app=web -o name', '', { eventually: true }),
  step('run forced --image=busybox:1', undefined, {
    fails: /pods "forced" is forbidden: failed quota: made: must specify cpu for: forced/,
  }),
  step('delete quota made', /^resourcequota "made" deleted/),
  step('run forced --image=busybox:1', 'pod/forced created\n', { eventually: true }),
  step('delete pod forced --force --grace-period=0', /^pod "forced" force deleted/),
  step('delete svc --all', /^service "ext" deleted/m),
  step(
    'delete clusterrolebinding,clusterrole,priorityclass $UNIQUE',
    /priorityclass\.scheduling\.k8s\.io "UNIQUE" deleted/,
  ),
  step('delete namespace $UNIQUE-made', 'namespace "UNIQUE-made" deleted\n'),
];

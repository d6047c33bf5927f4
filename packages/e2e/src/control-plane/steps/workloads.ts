import { type Step, step } from './step.ts';

const CLAIMED = '{"metadata":{"finalizers":["example.com/hold"]}}';

/** label, annotate, scale, set, rollout, expose, run, autoscale, wait and events, on deployment `web` and its like. */
export const workloads: readonly Step[] = [
  step('label configmap settings team=crew', 'configmap/settings labeled\n'),
  step('label configmap settings team=oars', undefined, { fails: /already has a value/ }),
  step('label configmap settings team=oars --overwrite', 'configmap/settings labeled\n'),
  step('get configmaps -l team=oars -o name', 'configmap/settings\n'),
  step('label configmap settings team-', undefined, { printsSince: [[0, /^configmap\/settings (un)?labeled\n$/]] }),
  step('annotate configmap settings note=hello', /^configmap\/settings annotated?\n$/),
  step('get configmap settings -o jsonpath={.metadata.annotations.note}', 'hello'),
  step('annotate configmaps --all note-', /^configmap\/settings annotated?$/m),

  step('scale deployment web --replicas=3', 'deployment.apps/web scaled\n'),
  step('scale deployment web --current-replicas=7 --replicas=1', undefined, {
    fails: /Expected replicas to be 7, was 3/i,
  }),
  step('get deployment web --no-headers', /^web +0\/3 +\d +0 +\S+\n$/, { eventually: true }),
  step('get deployment web --subresource=scale --no-headers', /^web +3 +[34] +\S+\n$/, { since: 24, eventually: true }),
  step('set image deployment/web web=nginx:1.28', 'deployment.apps/web image updated\n'),
  step('rollout history deployment web', /^deployment.apps\/web \nREVISION +CHANGE-CAUSE\n1 .*\n2 .*\n3 .*\n4 .*\n/, {
    eventually: true,
  }),
  step(
    'rollout history deployment web --revision=1',
    /^deployment.apps\/web with revision #1\n[\s\S]*Image:\tnginx:1\.27\n/,
  ),
  step('rollout undo deployment web', 'deployment.apps/web rolled back\n'),
  step('get deployment web -o jsonpath={.spec.template.spec.containers[0].image}', 'nginx:1.27'),
  step('rollout undo deployment web --to-revision=1', 'deployment.apps/web rolled back\n', { eventually: true }),
  step('rollout pause deployment web', 'deployment.apps/web paused\n'),
  step('rollout pause deployment web', undefined, { fails: /already paused/ }),
  step('rollout resume deployment web', 'deployment.apps/web resumed\n'),
  step('rollout restart deployment web', 'deployment.apps/web restarted\n'),
  step(
    'rollout status deployment web --watch=false',
    /^Waiting for deployment "?web"? (rollout to finish|spec update)/,
  ),
  step('rollout status deployment web --timeout=1s', undefined, { fails: /timed out waiting for the condition/ }),
  step('describe deployment web', /StrategyType: +RollingUpdate[\s\S]*Image: +nginx:1\.27/),

  step('set env deployment/web COLOUR=blue', 'deployment.apps/web env updated\n'),
  step('set env deployment/web --list', /^# deployments? web, container web\nCOLOUR=blue\n$/i),
  step('set env deployment/web COLOUR-', 'deployment.apps/web env updated\n'),
  step(
    'set resources deployment web --limits=cpu=200m,memory=64Mi',
    'deployment.apps/web resource requirements updated\n',
  ),
  step(
    'get deployment web -o jsonpath={.spec.template.spec.containers[0].resources}',
    '{"limits":{"cpu":"200m","memory":"64Mi"},"requests":{"cpu":"100m"}}',
  ),
  step('create serviceaccount sailor', 'serviceaccount/sailor created\n'),
  step('set serviceaccount deployment web sailor', 'deployment.apps/web serviceaccount updated\n'),
  step(
    'get deployment web -o jsonpath={.spec.template.spec.serviceAccount}/{.spec.template.spec.serviceAccountName}',
    'sailor/sailor',
  ),
  step(
    'autoscale deployment web --min=2 --max=5 --cpu-percent=70',
    /^horizontalpodautoscaler\.autoscaling\/web autoscaled\n$/,
  ),
  step('get hpa web --no-headers', /^web +Deployment\/web +cpu: <unknown>\/70% +2 +5 +\d +\S+\n$/),
  step('get horizontalpodautoscalers.v1.autoscaling web -o jsonpath={.spec.targetCPUUtilizationPercentage}', '70'),
  step(
    'get horizontalpodautoscalers.v2.autoscaling web -o jsonpath={.spec.metrics[0].resource.target.averageUtilization}',
    '70',
  ),
  step('delete hpa web', /^horizontalpodautoscaler\.autoscaling "web" deleted/),

  step('expose deployment web --name=web --port=80 --target-port=8080', 'service/web exposed\n'),
  step(
    'get service web -o jsonpath={.spec.ports[0].targetPort}/{.spec.selector.app}/{.spec.sessionAffinity}',
    '8080/web/None',
  ),
  step('get service web --no-headers', /^web +ClusterIP +10\.\d+\.\d+\.\d+ +<none> +80\/TCP +\S+\n$/),
  step('describe service web', /^Port: +<unset> +80\/TCP$/m),
  step('get endpoints web --no-headers', /^web +<none> +\S+\n$/, { eventually: true }),
  step('set selector service web app=other', 'service/web selector updated\n'),
  step('get service web -o jsonpath={.spec.selector}', '{"app":"other"}'),

  step('run solo --image=busybox:1 --env=A=B --labels=who=solo --restart=Never', 'pod/solo created\n'),
  step('run none --image=busybox:1 --dry-run=client -o jsonpath={.spec.containers[0].name}', 'none'),
  step('describe pod solo', /Warning +FailedScheduling/, { eventually: true }),
  step('events --for pod/solo', /FailedScheduling/, { since: 26, eventually: true }),
  step(
    'get events --field-selector=involvedObject.name=solo,reason!=None -o jsonpath={.items[0].reason}',
    'FailedScheduling',
    {
      eventually: true,
    },
  ),
  step('events --types=Warning --no-headers', /^\S+.*Warning +FailedScheduling +Pod\/solo/m, { since: 27 }),
  step('wait --for=condition=PodScheduled=False pod/solo --timeout=20s', 'pod/solo condition met\n'),
  step('wait --for=condition=Available deployment/web --timeout=0s', undefined, {
    fails: /timed out waiting|condition not met/,
  }),
  step('wait --for=jsonpath={.status.phase}=Pending pod/solo --timeout=20s', 'pod/solo condition met\n', { since: 23 }),
  step('wait --for=create configmap/settings --timeout=20s', 'configmap/settings condition met\n', { since: 31 }),
  step('set image pod/solo solo=busybox:2', 'pod/solo image updated\n'),
  step('patch pod solo -p {"spec":{"restartPolicy":"Always"}}', undefined, {
    fails: /The Pod "solo" is invalid: spec: Forbidden: pod updates may not change fields other than/,
  }),
  step(`patch pod solo --type=merge -p ${CLAIMED}`, 'pod/solo patched\n'),
  step('delete pod solo --wait=false --now', /^pod "solo" deleted/),
  step('get pod solo --no-headers', /^solo +0\/1 +Terminating +0 +\S+\n$/),
  step('patch pod solo --type=json -p [{"op":"remove","path":"/metadata/finalizers"}]', 'pod/solo patched\n'),
  step('wait --for=delete pod/solo --timeout=20s', undefined, { since: 23 }),
];

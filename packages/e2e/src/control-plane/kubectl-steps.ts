/** One kubectl command and what it must print. */
export interface Step {
  readonly args: readonly string[];
  /** Text on stdin. */
  readonly input?: string;
  /** The whole output, or what it must match. Nothing asked where absent, but the command must succeed. */
  readonly prints?: string | RegExp;
  /** The command must fail, with a message that matches. */
  readonly fails?: RegExp;
  /** `diff` ends with 1 where there are differences. */
  readonly exitCode?: number;
  /** Tried again until it holds, for what controllers do in their own time. */
  readonly eventually?: true;
}

const deployment = (replicas: number, image: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: ${image}
        ports: [{containerPort: 80}]
        resources: {requests: {cpu: 100m}}
`;
const manifest = deployment(2, 'nginx:1.27');
const settings = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: "1", b: "2"}
`;

const step = (command: string, prints?: string | RegExp, more: Partial<Step> = {}): Step => ({
  args: command.split(' '),
  ...(prints === undefined ? {} : { prints }),
  ...more,
});

/** What every kubectl must be able to do, in order, in an empty namespace. */
export const steps: readonly Step[] = [
  step('create -f -', 'deployment.apps/web created\n', { input: manifest }),
  step('create -f -', undefined, { input: manifest, fails: /AlreadyExists.*deployments.apps "web" already exists/ }),
  step('create -f -', undefined, {
    input: manifest.replace('replicas:', 'replica:'),
    fails: /unknown field "spec.replica"/,
  }),
  step('apply -f -', 'configmap/settings created\n', { input: settings }),
  step('apply -f -', 'configmap/settings unchanged\n', { input: settings }),
  step('diff -f -', /^\+ {2}b: "3"$/m, { input: settings.replace('"2"', '"3"'), exitCode: 1 }),
  step('diff -f -', '', { input: settings }),
  step('apply -f -', 'configmap/settings configured\n', { input: settings.replace(', b: "2"', '') }),
  step('get configmap settings -o jsonpath={.data}', '{"a":"1"}'),
  step('apply --dry-run=server -f -', 'configmap/settings configured (server dry run)\n', { input: settings }),
  step('get configmap settings -o jsonpath={.data.b}', ''),

  step('patch configmap settings --type=merge -p {"data":{"m":"x"}}', 'configmap/settings patched\n'),
  step(
    'patch configmap settings --type=json -p [{"op":"replace","path":"/data/m","value":"y"}]',
    'configmap/settings patched\n',
  ),
  step('patch configmap settings --type=json -p [{"op":"test","path":"/data/m","value":"z"}]', undefined, {
    fails: /test|invalid/i,
  }),
  step('patch configmap settings --type=merge -p {"data":{"m":"y"}}', 'configmap/settings patched (no change)\n'),
  step('get configmap settings -o go-template={{.data.m}}', 'y'),
  step(
    'patch deployment web -p {"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"A","value":"B"}]}]}}}}',
    'deployment.apps/web patched\n',
  ),
  step(
    'get deployment web -o jsonpath={.spec.template.spec.containers[0].image}/{.spec.template.spec.containers[0].env[0].value}',
    'nginx:1.27/B',
  ),

  step('label configmap settings team=crew', 'configmap/settings labeled\n'),
  step('label configmap settings team=oars', undefined, { fails: /already has a value/ }),
  step('get configmaps -l team=crew -o name', 'configmap/settings\n'),
  step('label configmap settings team-', 'configmap/settings unlabeled\n'),
  step('annotate configmap settings note=hello', /^configmap\/settings annotated?\n$/),
  step('get configmap settings -o jsonpath={.metadata.annotations.note}', 'hello'),

  step('scale deployment web --replicas=3', 'deployment.apps/web scaled\n'),
  step('scale deployment web --current-replicas=7 --replicas=1', undefined, {
    fails: /Expected replicas to be 7, was 3/,
  }),
  step('get deployment web --no-headers', /^web +0\/3 +\d +0 +\S+\n$/, { eventually: true }),
  step('set image deployment/web web=nginx:1.28', 'deployment.apps/web image updated\n'),
  step('rollout history deployment web', /^deployment.apps\/web \nREVISION +CHANGE-CAUSE\n1 .*\n2 .*\n3 .*\n/, {
    eventually: true,
  }),
  step('rollout undo deployment web', 'deployment.apps/web rolled back\n'),
  step('get deployment web -o jsonpath={.spec.template.spec.containers[0].image}', 'nginx:1.27'),
  step('rollout pause deployment web', 'deployment.apps/web paused\n'),
  step('rollout resume deployment web', 'deployment.apps/web resumed\n'),
  step('rollout restart deployment web', 'deployment.apps/web restarted\n'),
  step('describe deployment web', /StrategyType: +RollingUpdate[\s\S]*Image: +nginx:1\.27/),

  step('expose deployment web --name=web --port=80 --target-port=8080', 'service/web exposed\n'),
  step(
    'get service web -o jsonpath={.spec.ports[0].targetPort}/{.spec.selector.app}/{.spec.sessionAffinity}',
    '8080/web/None',
  ),
  step('get service web --no-headers', /^web +ClusterIP +10\.\d+\.\d+\.\d+ +<none> +80\/TCP +\S+\n$/),
  step('describe service web', /^Port: +<unset> +80\/TCP$/m),
  step('get endpoints web --no-headers', /^web +<none> +\S+\n$/, { eventually: true }),

  step('run solo --image=busybox:1 --env=A=B --labels=who=solo --restart=Never', 'pod/solo created\n'),
  step('get pods --field-selector=metadata.name=solo --no-headers', /^solo +0\/1 +Pending +0 +\S+\n$/),
  step('get pods -l who=solo -o wide --no-headers', /^solo +0\/1 +Pending +0 +\S+ +<none> +<none> +<none> +<none>\n$/),
  step('get pods -o custom-columns=N:.metadata.name,P:.status.phase --no-headers -l who=solo', /^solo +Pending\n$/),
  step('get pods -o name --sort-by=.metadata.name', /^pod\/solo\npod\/web-/),
  step('get pods --chunk-size=1 --no-headers -o name', /(pod\/\S+\n){4,}/, { eventually: true }),
  step('describe pod solo', /Warning +FailedScheduling[\s\S]*no nodes available to schedule pods/, {
    eventually: true,
  }),
  step('events --for pod/solo', /FailedScheduling/, { eventually: true }),
  step('wait --for=condition=PodScheduled=False pod/solo --timeout=20s', 'pod/solo condition met\n'),
  step('wait --for=jsonpath={.status.phase}=Pending pod/solo --timeout=20s', 'pod/solo condition met\n'),

  step('explain deployment.spec.replicas', /FIELD: replicas <integer>/),
  step('explain pods.spec.containers', /FIELDS?: [\s\S]*imagePullPolicy\t?<string>/),
  step('api-versions', /^apps\/v1\n[\s\S]*^v1$/m),
  step('api-resources --api-group=apps', /^deployments +deploy +apps\/v1 +true +Deployment$/m),
  step('get --raw /readyz', 'ok'),
  step('get deployments.v1.apps web -o name', 'deployment.apps/web\n'),
  step('get all -o name', /^deployment\.apps\/web$[\s\S]*^replicaset\.apps\//m),
  step('get pods missing', undefined, { fails: /Error from server \(NotFound\): pods "missing" not found/ }),

  step('replace -f -', 'configmap/settings replaced\n', { input: settings.replace('"1"', '"9"') }),
  step('get configmap settings -o jsonpath={.data.a}', '9'),
  step('replace --force -f -', 'configmap "settings" deleted\nconfigmap/settings replaced\n', { input: settings }),
  step('delete configmap settings', /^configmap "settings" deleted/),
  step('delete pod solo --now', /^pod "solo" deleted/),
  step('delete deployment web --cascade=orphan', /^deployment\.apps "web" deleted/),
  step('get replicasets -l app=web -o name', /^replicaset\.apps\/web-/),
  step('delete replicasets -l app=web --cascade=foreground', /deleted/),
  step('get pods -l app=web -o name', '', { eventually: true }),
  step('create -f -', 'deployment.apps/web created\n', { input: manifest }),
  step('get pods -l app=web -o name', /(pod\/\S+\n){2}/, { eventually: true }),
  step('delete deployment web --cascade=background', /^deployment\.apps "web" deleted/),
  step('get replicasets,pods -l app=web -o name', '', { eventually: true }),
];

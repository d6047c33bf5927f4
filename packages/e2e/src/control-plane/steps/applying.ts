import { deployment, settings } from './manifests.ts';
import { type Step, step } from './step.ts';

const DEPLOYMENT_FIELDS =
  '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"A","value":"before"}]}]}}}}';

/** Older ones prune cron jobs of batch/v1beta1, which must be there then. */
const PRUNES_BATCH_V1 = 25;
/** kubectl 1.20 leaves the details out. */
const REJECTED = /the server rejected our request due to an error in our request|^The request is invalid$/m;

/** create, apply in both ways, diff, replace, edit, patch, kustomize. Leaves deployment `web` and config map `settings`. */
export const applying: readonly Step[] = [
  step('create -f -', 'deployment.apps/web created\n', { input: deployment() }),
  step('create -f -', undefined, {
    input: deployment(),
    fails: /AlreadyExists.*deployments.apps "web" already exists/,
  }),
  step('create -f -', undefined, {
    input: deployment().replace('replicas:', 'replica:'),
    fails: /unknown field "(spec\.)?replica"/,
  }),
  step('create -f -', undefined, {
    input: deployment().replace('replicas: 2', 'replicas: "two"'),
    fails:
      /invalid type for io\.k8s\.api\.apps\.v1\.DeploymentSpec\.replicas|cannot unmarshal string into Go struct field DeploymentSpec\.spec\.replicas of type int32/,
  }),
  step('create -f - --validate=warn', 'configmap/warned created\n', {
    since: 25,
    input: settings.replace('settings', 'warned').replace('\ndata:', '\ndate: {}\ndata:'),
    warns: /unknown field "date"/,
  }),
  step('create -f - --validate=false', 'configmap/lenient created\n', {
    input: settings.replace('settings', 'lenient').replace('\ndata:', '\ndate: {}\ndata:'),
  }),
  step('create -f - --dry-run=client -o name', 'configmap/settings\n', { input: settings }),
  step('create -f - --dry-run=server', 'configmap/settings created (server dry run)\n', { input: settings }),

  step('apply -f -', 'configmap/settings created\n', { input: settings }),
  step('apply -f -', 'configmap/settings unchanged\n', { input: settings }),
  step('diff -f -', /^\+ {2}b: "3"$/m, { input: settings.replace('"2"', '"3"'), exitCode: 1 }),
  step('diff -f -', '', { input: settings }),
  step('apply -f -', 'configmap/settings configured\n', { input: settings.replace(', b: "2"', '') }),
  step('get configmap settings -o jsonpath={.data}', '{"a":"1"}'),
  step('apply --dry-run=server -f -', 'configmap/settings configured (server dry run)\n', { input: settings }),
  step('get configmap settings -o jsonpath={.data.b}', ''),
  step('apply view-last-applied configmap settings -o json', /"data": \{\s+"a": "1"\s+\}/),
  step('apply set-last-applied -f -', 'configmap/settings configured\n', { input: settings }),
  step('apply -f -', 'configmap/settings configured\n', { input: settings }),

  step('apply --server-side -f -', 'configmap/shared serverside-applied\n', {
    input: settings.replace('settings', 'shared'),
  }),
  step('apply --server-side --field-manager=another -f -', undefined, {
    input: settings.replace('settings', 'shared').replace('"1"', '"5"'),
    fails: /Apply failed with 1 conflict: conflict with "kubectl".*: \.data\.a/,
  }),
  step('apply --server-side --field-manager=another --force-conflicts -f -', 'configmap/shared serverside-applied\n', {
    input: settings.replace('settings', 'shared').replace('"1"', '"5"'),
  }),
  step('apply --server-side --dry-run=server -f -', 'configmap/shared serverside-applied (server dry run)\n', {
    input: settings.replace('settings', 'shared').replace(/\{a.*\}/, '{ b: "2" }'),
  }),
  step('diff --server-side -f -', undefined, {
    input: settings.replace('settings', 'shared').replace(/\{a.*\}/, '{ b: "2" }'),
    prints: '',
  }),

  step('patch configmap settings --type=merge -p {"data":{"m":"x"}}', 'configmap/settings patched\n'),
  step(
    'patch configmap settings --type=json -p [{"op":"replace","path":"/data/m","value":"why"}]',
    'configmap/settings patched\n',
  ),
  step('patch configmap settings --type=json -p [{"op":"test","path":"/data/m","value":"z"}]', undefined, {
    fails: REJECTED,
  }),
  step('patch configmap settings --type=json -p [{"op":"remove","path":"/data/none"}]', undefined, {
    fails: REJECTED,
  }),
  step('patch configmap settings --type=merge -p {"data":{"m":"why"}}', 'configmap/settings patched (no change)\n'),
  step('patch configmap settings --dry-run=server -p {"data":{"m":"z"}} -o jsonpath={.data.m}', 'z'),
  step('get configmap settings -o go-template={{.data.m}}', 'why'),
  step(`patch deployment web -p ${DEPLOYMENT_FIELDS}`, 'deployment.apps/web patched\n'),
  step(
    'get deployment web -o jsonpath={.spec.template.spec.containers[0].image}/{.spec.template.spec.containers[0].env[0].value}',
    'nginx:1.27/before',
  ),
  step('patch deployment web --type=merge -p {"spec":{"replicas":-1}}', undefined, {
    fails: /The Deployment "web" is invalid: spec\.replicas: Invalid value: -1: must be greater than or equal to 0/,
  }),
  step(
    'patch deployment web --subresource=scale --type=merge -p {"spec":{"replicas":2}}',
    /^scale.autoscaling\/web patched/,
    {
      since: 24,
    },
  ),

  step('edit configmap settings', 'configmap/settings edited\n', { env: { KUBE_EDITOR: 'sed -i s/why/edited/' } }),
  step('get configmap settings -o jsonpath={.data.m}', 'edited'),
  step('edit configmap settings', '', { env: { KUBE_EDITOR: 'true' }, warns: /^Edit cancelled, no changes made\.\n$/ }),
  step('edit deployment web', 'deployment.apps/web edited\n', { env: { KUBE_EDITOR: 'sed -i s/before/after/' } }),
  step('get deployment web -o jsonpath={.spec.template.spec.containers[0].env[0].value}', 'after'),

  step('replace -f -', 'configmap/settings replaced\n', { input: settings.replace('"1"', '"9"') }),
  step('get configmap settings -o jsonpath={.data.a}', '9'),
  step('replace -f -', undefined, {
    input: settings.replace('settings', 'absent'),
    fails: /Error from server \(NotFound\): error when replacing.*: configmaps "absent" not found/,
  }),
  step('replace -f -', undefined, {
    input: settings.replace('name: settings', 'name: settings, resourceVersion: "1"'),
    fails:
      /\(Conflict\).*Operation cannot be fulfilled on configmaps "settings": the object has been modified; please apply your changes to the latest version and try again/,
  }),
  step(
    'replace --force -f -',
    /^configmap "settings" deleted(?: from NS namespace)?\nconfigmap\/settings replaced\n$/,
    {
      input: settings,
    },
  ),

  step('kustomize $TESTDATA/kustomize', /image: registry\.example\.com\/web:2\n/),
  step(
    'apply -k $TESTDATA/kustomize',
    /^configmap\/my-colours-[a-z0-9]{10} created\ndeployment\.apps\/my-web created\n$/,
  ),
  step(
    'get deployment my-web -o jsonpath={.spec.template.spec.volumes[0].configMap.name}',
    /^my-colours-[a-z0-9]{10}$/,
  ),
  step('delete -k $TESTDATA/kustomize', /^configmap "my-colours-.*\ndeployment\.apps "my-web" deleted/),
  step('apply -f - --prune -l set=one', 'configmap/p1 created\nconfigmap/p2 created\n', {
    input: `${pruned('p1')}---${pruned('p2')}`,
    since: PRUNES_BATCH_V1,
  }),
  step('apply -f - --prune -l set=one', 'configmap/p1 unchanged\nconfigmap/p2 pruned\n', {
    input: pruned('p1'),
    since: PRUNES_BATCH_V1,
  }),
];

function pruned(name: string): string {
  return settings.replace('name: settings', `name: ${name}, labels: { set: one }`);
}

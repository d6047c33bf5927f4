import { type Step, step } from './step.ts';

/** Every way to look: formats, selectors, sorting, chunks, explain, discovery, raw paths. After `workloads`. */
export const reading: readonly Step[] = [
  step('run r1 --image=busybox:1 --labels=tier=front,zone=a', 'pod/r1 created\n'),
  step('run r2 --image=busybox:1 --labels=tier=back,zone=b', 'pod/r2 created\n'),
  step('run r3 --image=busybox:1 --labels=tier=back', 'pod/r3 created\n'),
  step('get pods r1 r2 --no-headers', /^r1 +0\/1 +Pending +0 +\S+\nr2 +0\/1 +Pending +0 +\S+\n$/),
  step(
    'get pods -l tier -o wide',
    /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\nr1 +0\/1 +Pending +0 +\S+ +<none> +<none> +<none> +<none>\n/,
  ),
  step('get pods -l tier=back -o name', 'pod/r2\npod/r3\n'),
  step('get pods -l tier!=back,tier -o name', 'pod/r1\n'),
  { args: ['get', 'pods', '-l', 'tier in (front,back),zone notin (b)', '-o', 'name'], prints: 'pod/r1\npod/r3\n' },
  { args: ['get', 'pods', '-l', 'tier,!zone', '-o', 'name'], prints: 'pod/r3\n' },
  step('get pods -l tier=back -L zone --no-headers', /^r2 .* b *\nr3 .*\n$/),
  step('get pods r1 --show-labels --no-headers', /^r1 .* tier=front,zone=a\n$/),
  step('get pods --field-selector=metadata.name=r1 --no-headers', /^r1 +0\/1 +Pending +0 +\S+\n$/),
  step('get pods -l tier --field-selector=status.phase!=Pending', '', {}),
  step('get pods -l tier --field-selector=spec.nodeName=,status.phase=Pending -o name', 'pod/r1\npod/r2\npod/r3\n'),
  step('get pods --field-selector=spec.none=x', undefined, {
    fails: /field label not supported: spec\.none|"spec\.none" is not a known field selector/,
  }),
  step('get pods -l =x', undefined, {
    fails: /\(BadRequest\).* found '=', expected: !, identifier, or 'end of string'/,
  }),
  step('get pods -l tier -o name --sort-by={.metadata.labels.zone}', /^pod\/r3\npod\/r1\npod\/r2\n$/),
  step('get pods -l tier --sort-by=.metadata.name --no-headers', /^r1 .*\nr2 .*\nr3 .*\n$/),
  step('get pods -l tier --chunk-size=1 -o name', 'pod/r1\npod/r2\npod/r3\n'),
  step('get pods -l tier --chunk-size=2 --no-headers', /^r1 .*\nr2 .*\nr3 .*\n$/),
  step(
    'get pods -l tier -o custom-columns=N:.metadata.name,P:.status.phase,Z:.metadata.labels.zone',
    /^N +P +Z\nr1 +Pending +a\nr2 +Pending +b\nr3 +Pending +<none>\n$/,
  ),
  step(
    'get pods -l tier -o jsonpath={range.items[*]}{.metadata.name}={.spec.restartPolicy}{";"}{end}',
    'r1=Always;r2=Always;r3=Always;',
  ),
  step('get pods -l tier -o jsonpath={.items[?(@.metadata.labels.zone=="b")].metadata.name}', 'r2'),
  { args: ['get', 'pods', '-l', 'tier', '-o', 'go-template={{len .items}}'], prints: '3' },
  step(
    'get pods r1 -o yaml',
    /^apiVersion: v1\nkind: Pod\nmetadata:\n {2}creationTimestamp: "[^"]+"\n[\s\S]* {2}name: r1\n {2}namespace: NS\n[\s\S]*^spec:\n {2}containers:\n {2}- image: busybox:1\n {4}imagePullPolicy: IfNotPresent\n/m,
    { never: /managedFields/, since: 21 },
  ),
  step('get pods r1 -o json', /^\{\n {4}"apiVersion": "v1",\n {4}"kind": "Pod",\n/),
  step(
    'get pods r1 -o yaml --show-managed-fields',
    /managedFields:\n {2}- apiVersion: v1\n[\s\S]*manager: kubectl-run\n {4}operation: Update\n/,
    { since: 21 },
  ),
  step('get pods r1 -o jsonpath-as-json={.metadata.labels.tier}', '[\n    "front"\n]\n'),
  step('get pods,configmaps -l tier -o name', 'pod/r1\npod/r2\npod/r3\n'),
  step('get pods missing', undefined, { fails: /^Error from server \(NotFound\): pods "missing" not found\n$/ }),
  step('get pods missing --ignore-not-found', ''),
  step('get nonsense', undefined, { fails: /^error: the server doesn't have a resource type "nonsense"\n$/ }),
  step('get pods -A -l tier=front --no-headers', /^NS +r1 +0\/1 /m),
  step('get leases', '', { warns: /^No resources found in NS namespace\.\n$/ }),
  step('get deployments.v1.apps web -o name', 'deployment.apps/web\n'),
  step('get deploy/web svc/web -o name', 'deployment.apps/web\nservice/web\n'),
  step(
    'get all',
    /^NAME +READY +STATUS +RESTARTS +AGE\npod\/[\s\S]*^NAME +TYPE +CLUSTER-IP [\s\S]*^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\ndeployment\.apps\/web [\s\S]*^NAME +DESIRED +CURRENT +READY +AGE\nreplicaset\.apps\//m,
    { never: /<unknown>|<nil>/ },
  ),
  step('delete pods -l tier --now', /^pod "r1" (force )?deleted.*\npod "r2" .*\npod "r3" /),

  step(
    'explain deployment',
    /^(KIND: +Deployment\nVERSION: +apps\/v1\n|GROUP: +apps\nKIND: +Deployment\nVERSION: +v1\n)[\s\S]*\bspec\t? ?<(DeploymentSpec|Object)>/,
  ),
  step('explain deployment.spec.replicas', /FIELD: +replicas <integer>/),
  step('explain pods.spec.containers', /FIELDS?:\s[\s\S]*imagePullPolicy\t? *<string>/),
  step(
    'explain pods.spec.containers.livenessProbe',
    /initialDelaySeconds\t? *<integer>\n +\w[\s\S]*timeoutSeconds\t? *<integer>\n +\w/,
    { never: /<no description>|<empty>/ },
  ),
  step(
    'explain pods --recursive',
    /\n +containers\t? *<\[\](Container|Object)> ?(-required-)?[\s\S]*\n +tcpSocket\t? *<(TCPSocketAction|Object)>\n/,
  ),
  step(
    'explain cronjob.spec.jobTemplate.spec.template.spec.volumes --recursive',
    /\n +projected\t? *<(ProjectedVolumeSource|Object)>\n/,
  ),
  step('explain hpa --api-version=autoscaling/v1', /VERSION: +(autoscaling\/)?v1\n/),
  step('explain pods.spec.none', undefined, { fails: /field "none" does not exist/ }),

  step(
    'api-versions',
    /^admissionregistration\.k8s\.io\/v1\n[\s\S]*^apps\/v1\n[\s\S]*^autoscaling\/v1\nautoscaling\/v2\n[\s\S]*^v1$/m,
  ),
  step(
    'api-resources --api-group=apps',
    /^NAME +SHORTNAMES +API(VERSION|GROUP).*\n[\s\S]*^deployments +deploy +apps\/v1 +true +Deployment$/m,
  ),
  step('api-resources --namespaced=false -o name', /^namespaces$[\s\S]*^clusterroles\.rbac\.authorization\.k8s\.io$/m, {
    never: /^pods$/m,
  }),
  step(
    'api-resources --verbs=list,watch --categories=all -o name',
    /^pods$[\s\S]*^deployments\.apps$[\s\S]*^jobs\.batch$/m,
    { never: /configmaps/, since: 25 },
  ),
  step('api-resources --sort-by=name --no-headers', /^apiservices +.*\n/),
  step('get --raw /readyz', 'ok'),
  step('get --raw /api/v1/namespaces/$NS/configmaps/settings', /^\{"(kind|apiVersion)":/),
  step('get --raw /apis/apps/v1/namespaces/$NS/deployments?limit=1', /"kind":"DeploymentList"/),
  step('get --raw /apis/none/v1', undefined, { fails: /the server could not find the requested resource/ }),
  step('version', /Server Version: .*1\.36/),
  step('version -o json', /"serverVersion": \{\s[\s\S]*"major": "1",\n {4}"minor": "36"/, {}),
  step('cluster-info', /Kubernetes control plane.* is running at .*https:\/\/127\.0\.0\.1:\d+/),
  step('config view --minify -o jsonpath={.contexts[0].name}', /^\S+$/),
  step('config current-context', /^\S+\n$/),
];

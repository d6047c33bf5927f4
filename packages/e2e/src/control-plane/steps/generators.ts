import { type Step, step } from './step.ts';

/** `kubectl create KIND` of each kind, with what became of it. Cluster-scoped names carry `$UNIQUE`. */
export const generators: readonly Step[] = [
  step('create namespace $UNIQUE-made', 'namespace/UNIQUE-made created\n'),
  step('create configmap made --from-literal=a=b --from-literal=empty=', 'configmap/made created\n'),
  step('get configmap made -o jsonpath={.data}', '{"a":"b","empty":""}'),
  step('create secret generic made --from-literal=p=q --type=example.com/kind', 'secret/made created\n'),
  step('get secrets --field-selector=type=example.com/kind -o jsonpath={.items[*].data.p}', 'cQ=='),
  step(
    'create secret docker-registry pull --docker-username=u --docker-password=p --docker-server=s',
    'secret/pull created\n',
  ),
  step('get secret pull -o jsonpath={.type}', 'kubernetes.io/dockerconfigjson'),
  step('create serviceaccount made', 'serviceaccount/made created\n'),
  step('create deployment made --image=nginx:1 --replicas=0 --port=80', 'deployment.apps/made created\n'),
  step('create job made --image=busybox:1 -- true', 'job.batch/made created\n'),
  step('get job made --no-headers', /^made +(Running +)?0\/1 +\d+s +\d+s\n$/, { eventually: true }),
  {
    args: ['create', 'cronjob', 'made', '--image=busybox:1', '--schedule=0 3 * * 1', '--', 'true'],
    prints: 'cronjob.batch/made created\n',
    since: 21,
  },
  step('create job fired --from=cronjob/made', 'job.batch/fired created\n', { since: 21 }),
  step('get job fired -o jsonpath={.metadata.ownerReferences[0].kind}', 'CronJob', { since: 21 }),
  step(
    'create role made --verb=get,list --resource=pods,deployments.apps',
    'role.rbac.authorization.k8s.io/made created\n',
  ),
  step('describe role made', / {2}deployments\.apps +\[\] +\[\] +\[get list\]\n/),
  step(
    'create rolebinding made --role=made --serviceaccount=$NS:made --user=jane',
    'rolebinding.rbac.authorization.k8s.io/made created\n',
  ),
  step('set subject rolebinding made --group=crew', 'rolebinding.rbac.authorization.k8s.io/made subjects updated\n'),
  step('get rolebinding made -o wide --no-headers', /^made +Role\/made +\S+ +jane +crew +NS\/made\n$/),
  step(
    'create clusterrole $UNIQUE --verb=get --resource=nodes',
    'clusterrole.rbac.authorization.k8s.io/UNIQUE created\n',
  ),
  step(
    'create clusterrolebinding $UNIQUE --clusterrole=$UNIQUE --user=jane',
    'clusterrolebinding.rbac.authorization.k8s.io/UNIQUE created\n',
  ),
  step('create quota made --hard=cpu=100,count/secrets=50', 'resourcequota/made created\n'),
  step('describe quota made', /^count\/secrets +[23] +50$/m, { eventually: true }),
  step(
    'create poddisruptionbudget made --selector=app=made --min-available=1',
    'poddisruptionbudget.policy/made created\n',
    { since: 21 },
  ),
  step('get pdb made --no-headers', /^made +1 +N\/A +0 +\S+\n$/, { since: 21 }),
  step(
    'create priorityclass $UNIQUE --value=1000 --description=high',
    'priorityclass.scheduling.k8s.io/UNIQUE created\n',
  ),
  step(
    'create ingress made --class=none --rule=a.example.com/x*=web:80,tls=cert',
    'ingress.networking.k8s.io/made created\n',
  ),
  step('get ingress made --no-headers', /^made +none +a\.example\.com +80, 443 +\S+\n$/),
  step('describe ingress made', / {2}a\.example\.com +\n +\/x +web:80 /),
  step('create service clusterip made --tcp=80:8080 --tcp=81:http', 'service/made created\n'),
  step('create service nodeport nodes --tcp=80', 'service/nodes created\n'),
  step('get service nodes --no-headers', /^nodes +NodePort +10\.\S+ +<none> +80:3\d{4}\/TCP +\S+\n$/),
  step('create service loadbalancer lb --tcp=80', 'service/lb created\n'),
  step('get service lb --no-headers', /^lb +LoadBalancer +10\.\S+ +<pending> +80:3\d{4}\/TCP +\S+\n$/),
  step('create service externalname ext --external-name=example.com', 'service/ext created\n'),
  step('create service clusterip headless --clusterip=None', 'service/headless created\n'),
  step('get service headless --no-headers', /^headless +ClusterIP +None +<none> +<none> +\S+\n$/),
  step('create configmap made', undefined, { fails: /configmaps "made" already exists/ }),
  step('create token made --duration=10m', /^[\w-]+\.[\w-]+\.[\w-]+\n?$/, { since: 24 }),
];

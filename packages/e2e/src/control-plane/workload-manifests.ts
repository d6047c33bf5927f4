import { EXIT_CODE } from './fake-nodes.ts';

const pod = (name: string, version: string, more = '') => `
    metadata: {labels: {app: ${name}}}
    spec:
      terminationGracePeriodSeconds: 1${more}
      containers: [{name: web, image: "web:${version}"}]`;

export const deployment = (name: string, replicas: number, version = 'v1') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  minReadySeconds: 1
  selector: {matchLabels: {app: ${name}}}
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}
  template:${pod(name, version)}
`;

export const statefulSet = (name: string, replicas: number, version = 'v1') => `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  serviceName: ${name}
  selector: {matchLabels: {app: ${name}}}
  template:${pod(name, version)}
`;

export const daemonSet = (name: string, version = 'v1') => `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ${name}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:${pod(name, version)}
`;

export const replicationController = (name: string, replicas: number) => `
apiVersion: v1
kind: ReplicationController
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {app: ${name}}
  template:${pod(name, 'v1')}
`;

/** `fails` is the exit code of its pods, 0 unless given; code 42 is a failure that fails the whole Job. */
export const job = (
  name: string,
  { completions, parallelism, fails = 0 }: { completions: number; parallelism: number; fails?: number },
) => `
apiVersion: batch/v1
kind: Job
metadata: {name: ${name}}
spec:
  completionMode: Indexed
  completions: ${completions}
  parallelism: ${parallelism}
  backoffLimit: 1
  podFailurePolicy:
    rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]
  template:
    metadata: {labels: {app: ${name}}, annotations: {${EXIT_CODE}: "${fails}"}}
    spec:
      restartPolicy: Never
      containers: [{name: work, image: "work:v1"}]
`;

export const cronJob = (name: string, schedule: string, suspend = false) => `
apiVersion: batch/v1
kind: CronJob
metadata: {name: ${name}}
spec:
  schedule: "${schedule}"
  suspend: ${suspend}
  concurrencyPolicy: Forbid
  successfulJobsHistoryLimit: 2
  jobTemplate:
    spec:
      template:
        metadata: {labels: {app: ${name}}}
        spec:
          restartPolicy: Never
          containers: [{name: work, image: "work:v1"}]
`;

export const podDisruptionBudget = (name: string, minAvailable: number) => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: ${name}}
spec:
  minAvailable: ${minAvailable}
  selector: {matchLabels: {app: ${name}}}
`;

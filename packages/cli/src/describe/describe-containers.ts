import type { Container, ContainerState, ContainerStatus, EnvVar, Probe, VolumeMount } from '@coxswain/api';
import type { Lines } from './lines.ts';
import { capital, timeText } from './parts.ts';

/** Adds containers with their state, as far as they have any; those of a template stand one level down, their names one space. */
export function addContainers(
  lines: Lines,
  level: number,
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
): void {
  if (containers.length === 0) return;
  lines.add(level, title);
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    lines.add(1, `${' '.repeat(level)}${container.name}:`);
    addContainer(lines, 2, container, status);
  }
}

function addContainer(lines: Lines, level: number, container: Container, status: ContainerStatus | undefined): void {
  if (status) lines.add(level, 'Container ID:', status.containerID ?? '');
  lines.add(level, 'Image:', container.image ?? '');
  if (status) lines.add(level, 'Image ID:', status.imageID ?? '');
  const ports = container.ports ?? [];
  const plural = ports.length > 1 ? 's' : '';
  const named = ports.map(
    ({ containerPort, protocol = 'TCP', name }) => `${containerPort}/${protocol}${name ? ` (${name})` : ''}`,
  );
  const host = ports.map(
    ({ hostPort = 0, protocol = 'TCP', name }) => `${hostPort}/${protocol}${name ? ` (${name})` : ''}`,
  );
  lines.add(level, `Port${plural}:`, named.join(', ') || '<none>');
  lines.add(level, `Host Port${plural}:`, host.join(', ') || '<none>');
  addWords(lines, level, 'Command:', container.command);
  addWords(lines, level, 'Args:', container.args);
  if (status) {
    addState(lines, level, 'State:', status.state);
    if (status.lastState?.terminated) addState(lines, level, 'Last State:', status.lastState);
    lines.add(level, 'Ready:', capital(status.ready));
    lines.add(level, 'Restart Count:', String(status.restartCount));
  }
  for (const [title, amounts] of [
    ['Limits:', container.resources?.limits],
    ['Requests:', container.resources?.requests],
  ] as const) {
    if (Object.keys(amounts ?? {}).length === 0) continue;
    lines.add(level, title);
    for (const [name, amount] of Object.entries(amounts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)))
      lines.add(level + 1, `${name}:`, String(amount));
  }
  addProbe(lines, level, 'Liveness:', container.livenessProbe);
  addProbe(lines, level, 'Readiness:', container.readinessProbe);
  addProbe(lines, level, 'Startup:', container.startupProbe);
  addEnvironment(lines, level, container);
  addMounts(lines, level, container.volumeMounts ?? []);
}

function addWords(lines: Lines, level: number, title: string, words: readonly string[] | undefined): void {
  if (!words || words.length === 0) return;
  lines.add(level, title);
  for (const line of words.flatMap((word) => word.split('\n'))) lines.add(level + 1, line);
}

function addState(lines: Lines, level: number, title: string, state: ContainerState | undefined): void {
  if (state?.running) {
    lines.add(level, title, 'Running');
    lines.add(level + 1, 'Started:', timeText(state.running.startedAt));
  } else if (state?.terminated) {
    const { reason, message, exitCode, signal, startedAt, finishedAt } = state.terminated;
    lines.add(level, title, 'Terminated');
    if (reason) lines.add(level + 1, 'Reason:', reason);
    if (message) lines.add(level + 1, 'Message:', message);
    lines.add(level + 1, 'Exit Code:', String(exitCode));
    if (signal) lines.add(level + 1, 'Signal:', String(signal));
    lines.add(level + 1, 'Started:', timeText(startedAt));
    lines.add(level + 1, 'Finished:', timeText(finishedAt));
  } else {
    lines.add(level, title, 'Waiting');
    if (state?.waiting?.reason) lines.add(level + 1, 'Reason:', state.waiting.reason);
  }
}

function addProbe(lines: Lines, level: number, title: string, probe: Probe | undefined): void {
  if (!probe) return;
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 0,
    periodSeconds = 0,
    successThreshold = 0,
    failureThreshold = 0,
  } = probe;
  const numbers = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`;
  lines.add(level, title, `${probeAction(probe)} ${numbers}`);
}

export function probeAction({ exec, httpGet, tcpSocket, grpc }: Probe): string {
  if (exec) return `exec [${(exec.command ?? []).join(' ')}]`;
  if (httpGet) {
    const scheme = (httpGet.scheme ?? 'HTTP').toLowerCase();
    const path = httpGet.path ?? '';
    return `http-get ${scheme}://${httpGet.host ?? ''}:${httpGet.port}${path.startsWith('/') ? path : `/${path}`}`;
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port}`;
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''}`;
  return 'unknown';
}

function addEnvironment(lines: Lines, level: number, { env = [], envFrom = [] }: Container): void {
  if (envFrom.length > 0) {
    lines.add(level, 'Environment Variables from:');
    for (const { configMapRef, secretRef, prefix } of envFrom) {
      const [kind, source] = configMapRef ? ['ConfigMap', configMapRef] : ['Secret', secretRef];
      const how = prefix ? ` with prefix '${prefix}'` : '';
      lines.add(level + 1, source?.name ?? '', `${kind}${how}`, `Optional: ${source?.optional ?? false}`);
    }
  }
  if (env.length === 0) {
    lines.add(level, 'Environment:', '<none>');
    return;
  }
  lines.add(level, 'Environment:');
  for (const variable of env) lines.add(level + 1, ...environmentCells(variable));
}

function environmentCells({ name, value = '', valueFrom }: EnvVar): string[] {
  if (!valueFrom) return [`${name}:`, value.replaceAll('\n', `\n${' '.repeat(8)}`)];
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef) return [`${name}:`, ` (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`];
  if (resourceFieldRef) return [`${name}:`, ` (${resourceFieldRef.resource})`];
  const [source, words] = secretKeyRef ? [secretKeyRef, 'in secret'] : [configMapKeyRef, 'of config map'];
  const optional = `Optional: ${source?.optional ?? false}`;
  return [`${name}:`, `<set to the key '${source?.key}' ${words} '${source?.name}'>`, optional];
}

function addMounts(lines: Lines, level: number, mounts: readonly VolumeMount[]): void {
  if (mounts.length === 0) {
    lines.add(level, 'Mounts:', '<none>');
    return;
  }
  lines.add(level, 'Mounts:');
  for (const { mountPath, name, readOnly, subPath } of [...mounts].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1)))
    lines.add(level + 1, `${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${subPath ? `,path="${subPath}"` : ''})`);
}

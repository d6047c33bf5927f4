import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerUsage } from './server-usage.ts';

/** A process of the compose cluster that runs on this machine. */
export interface ClusterProcess {
  readonly pid: string;
  /** Of the container, such as `coxswain-node-1`. */
  readonly container: string;
  /** The bundle of a Node program (`kubelet.mjs`), otherwise the program's name. */
  readonly name: string;
  readonly usage: ServerUsage;
}

/** Every process in the containers of the project that COMPOSE_PROJECT_NAME or the folder's .env names. */
export function clusterProcesses(root: string): ClusterProcess[] {
  const containers = containerNames(projectName(root));
  const processes: ClusterProcess[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const cgroup = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
      const container = [...containers].find(([id]) => cgroup.includes(id))?.[1];
      if (container === undefined) continue;
      const name = programName(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'));
      processes.push({ pid, container, name, usage: new ServerUsage(pid) });
    } catch {
      // The process ended meanwhile.
    }
  }
  return processes;
}

export function projectName(root: string): string {
  const fromFile = () => /^COMPOSE_PROJECT_NAME=(.+)$/m.exec(readFileSync(join(root, '.env'), 'utf8'))?.[1];
  return process.env['COMPOSE_PROJECT_NAME'] ?? fromFile() ?? 'coxswain';
}

function containerNames(project: string): Map<string, string> {
  const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim();
  const ids = docker('ps', '-q', '--filter', `label=com.docker.compose.project=${project}`).split('\n').filter(Boolean);
  if (ids.length === 0) throw new Error(`no containers of the compose project ${project}`);
  const lines = docker('inspect', '-f', '{{.Id}} {{.Name}}', ...ids).split('\n');
  return new Map(lines.map((line) => line.split(' /') as [string, string]));
}

/** Node's own options stand between it and the bundle. */
function programName([program = '', ...words]: readonly string[]): string {
  const file = program.endsWith('node') ? (words.find((word) => !word.startsWith('-')) ?? program) : program;
  return file.replace(/^.*\//, '');
}

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { output, type RunOptions, type RunResult, run } from './run.ts';

/** One kubectl on this machine. */
export interface Kubectl {
  readonly path: string;
  /** `1.33` */
  readonly version: string;
}

/** The kubectl in PATH and the `kubectl.<version>` beside it, oldest first. @throws when there is none at all */
export function findKubectls(): Kubectl[] {
  const inPath = (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, 'kubectl'))
    .find((path) => existsSync(path));
  if (inPath === undefined) throw new Error('no kubectl in PATH; apt-get install kubernetes-client');
  const folder = dirname(realpathSync(inPath));
  const beside = readdirSync(folder)
    .filter((name) => /^kubectl\.\d+\.\d+$/.test(name))
    .map((name) => ({ path: join(folder, name), version: name.slice('kubectl.'.length) }));
  if (beside.length > 0)
    return beside.sort((a, b) => Number(a.version.split('.')[1]) - Number(b.version.split('.')[1]));
  return [{ path: inPath, version: versionOf(inPath) }];
}

function versionOf(path: string): string {
  const text = execFileSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  const { major, minor } = (JSON.parse(text) as { clientVersion: { major: string; minor: string } }).clientVersion;
  return `${major}.${minor.replace(/\D/g, '')}`;
}

/** The oldest and the newest kubectl here (one of them where there is one alone). */
export function oldestAndNewest(): Kubectl[] {
  const all = findKubectls();
  return [...new Set([all[0] as Kubectl, all.at(-1) as Kubectl])];
}

/** kubectl against one cluster. */
export class KubectlRunner {
  readonly #kubectl: Kubectl;
  readonly #kubeconfig: string;

  constructor(kubeconfig: string, kubectl: Kubectl = findKubectls().at(-1) as Kubectl) {
    this.#kubeconfig = kubeconfig;
    this.#kubectl = kubectl;
  }

  get version(): string {
    return this.#kubectl.version;
  }

  /** The command's stdout; rejects when it fails. */
  run(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return output(this.#kubectl.path, this.#args(args), options);
  }

  /** Also when it fails. */
  try(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run(this.#kubectl.path, this.#args(args), options);
  }

  apply(namespace: string, manifest: string): Promise<string> {
    return this.run(['-n', namespace, 'apply', '-f', '-'], { input: manifest });
  }

  async json<T>(args: readonly string[]): Promise<T> {
    return JSON.parse(await this.run([...args, '-o', 'json'])) as T;
  }

  /** For long runs: path and arguments to spawn. */
  command(args: readonly string[]): [string, string[]] {
    return [this.#kubectl.path, this.#args(args)];
  }

  #args(args: readonly string[]): string[] {
    return [`--kubeconfig=${this.#kubeconfig}`, ...args];
  }
}

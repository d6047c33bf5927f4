import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@coxswain/foundation/testing';
import { type ComposeCluster, projectName, root } from './compose-cluster.ts';
import { output, run } from './run.ts';

const HOST = 'registry.e2e:5000';
const IMAGE = 'coxswain/e2e-registry:dev';
const LABEL = 'coxswain.e2e=registry';

/** A registry with TLS and a password on the cluster's network, whose authority the nodes' engines trust. */
export class PrivateRegistry {
  readonly user = 'e2e';
  readonly password = 'e2e-password';
  readonly host = HOST;
  readonly #cluster: ComposeCluster;
  readonly #container: string;

  private constructor(cluster: ComposeCluster, container: string) {
    this.#cluster = cluster;
    this.#container = container;
  }

  static async start(cluster: ComposeCluster, nodes: readonly string[]): Promise<PrivateRegistry> {
    const env = { DOCKER_BUILDKIT: '0' };
    const folder = join(root, 'deploy/e2e-registry');
    await output('docker', ['build', '-q', '--network', 'host', '-t', IMAGE, folder], { env, timeoutMs: 300_000 });
    const network = `${await projectName()}_cluster`;
    const label = `${LABEL}-${network}`;
    const old = (await output('docker', ['ps', '-aq', '--filter', `label=${label}`])).split('\n').filter(Boolean);
    if (old.length > 0) await output('docker', ['rm', '-f', ...old]);
    const attached = ['--network', network, '--network-alias', HOST.replace(/:.*/, '')];
    const id = (await output('docker', ['create', '--label', label, ...attached, IMAGE])).trim();
    const registry = new PrivateRegistry(cluster, id);
    const certificate = await registry.#makeCertificate();
    await output('docker', ['start', id]);
    for (const node of nodes) {
      const trust = `mkdir -p /etc/docker/certs.d/${HOST} && echo '${certificate}' > /etc/docker/certs.d/${HOST}/ca.crt`;
      await cluster.inNode(node, ['sh', '-c', trust]);
    }
    return registry;
  }

  /** Puts an image that the node has into the registry and forgets it there again; returns its name. */
  async push(node: string, image: string, as: string): Promise<string> {
    const name = `${HOST}/${as}`;
    const docker = `docker --config /run/e2e-registry`;
    const script = `${docker} login -u ${this.user} -p ${this.password} ${HOST} && docker tag ${image} ${name} &&
      ${docker} push -q ${name}; code=$?; docker rmi ${name}; rm -rf /run/e2e-registry; exit $code`;
    await eventually(() => this.#cluster.inNode(node, ['sh', '-c', script]), { timeout: 60_000, interval: 1000 });
    return name;
  }

  async stop(nodes: readonly string[]): Promise<void> {
    await run('docker', ['rm', '-f', this.#container]);
    for (const node of nodes)
      await this.#cluster.tryInNode(node, [
        ...['sh', '-c', `rm -rf /etc/docker/certs.d/${HOST}; docker rmi $(docker images -q ${HOST}/*) 2>/dev/null`],
      ]);
  }

  async #makeCertificate(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'coxswain-registry-'));
    try {
      const [key, cert] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
      const subject = ['-days', '2', '-subj', '/CN=registry.e2e', '-addext', 'subjectAltName=DNS:registry.e2e'];
      const made = [
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
      ];
      await output('openssl', ['req', '-x509', ...made, ...subject]);
      for (const file of [key, cert]) await output('docker', ['cp', file, `${this.#container}:/tls/`]);
      return await readFile(cert, 'utf8');
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}

import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import Docker from 'dockerode';

/** Where a node finds the images that it loads when it starts. */
const IMAGES = '/var/lib/coxswain/images';
const SERVICE_LABEL = 'com.docker.compose.service';
const PROJECT_LABEL = 'com.docker.compose.project';

interface NodeContainer {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  /** The folder of this machine that the node sees as `IMAGES`. */
  readonly folder: string;
}

/**
 * Puts images of this machine's engine where the nodes, those to come too, find them, and has each running node load
 * them. Resolves with the nodes' names. @throws Error when there is no node, no such image, or a node can't load it
 */
export async function loadImages(
  images: readonly string[],
  project: string | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  const docker = new Docker();
  const nodes = await findNodes(docker, project);
  for (const image of images) await archive(docker, image, nodes[0]!.folder, signal);
  await Promise.all(nodes.map((node) => loadInto(docker, node, signal)));
  return nodes.map(({ name }) => name);
}

async function findNodes(docker: Docker, project: string | undefined): Promise<NodeContainer[]> {
  const labels = [`${SERVICE_LABEL}=node`, ...(project === undefined ? [] : [`${PROJECT_LABEL}=${project}`])];
  const containers = await docker.listContainers({ filters: { label: labels } });
  const nodes = containers.flatMap(({ Id, Names, Labels, Mounts }) => {
    const folder = Mounts.find(({ Destination }) => Destination === IMAGES)?.Source;
    if (folder === undefined) return [];
    return [{ id: Id, name: (Names[0] ?? Id).replace(/^\//, ''), project: Labels[PROJECT_LABEL] ?? '', folder }];
  });
  const projects = [...new Set(nodes.map((node) => node.project))];
  if (projects.length > 1)
    throw new Error(`several clusters run here (${projects.join(', ')}); choose one with --project`);
  if (nodes.length === 0) throw new Error('no node of a compose cluster runs on this machine');
  return nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The same files that scripts/load-image makes: NAME.tar, .name and .id; nothing when the image is there already. */
async function archive(docker: Docker, image: string, folder: string, signal: AbortSignal): Promise<void> {
  const found = docker.getImage(image);
  const { Id } = await found.inspect().catch((error: { statusCode?: number }) => {
    throw error.statusCode === 404 ? new Error(`no such image: ${image}`) : error;
  });
  const file = join(folder, image.replaceAll(/[/:@]/g, '_'));
  if ((await readFile(`${file}.id`, 'utf8').catch(() => '')).trim() === Id) return;
  await mkdir(folder, { recursive: true });
  try {
    await pipeline(await found.get(), createWriteStream(`${file}.tmp`), { signal });
    await rename(`${file}.tmp`, `${file}.tar`);
  } finally {
    await rm(`${file}.tmp`, { force: true });
  }
  await writeFile(`${file}.name`, `${image}\n`);
  await writeFile(`${file}.id`, `${Id}\n`);
}

async function loadInto(docker: Docker, node: NodeContainer, signal: AbortSignal): Promise<void> {
  const exec = await docker
    .getContainer(node.id)
    .exec({ Cmd: ['coxswain-load-images'], AttachStdout: true, AttachStderr: true, Tty: true, abortSignal: signal });
  const output = await exec.start({ Tty: true });
  let said = '';
  for await (const chunk of output) said = `${said}${chunk}`.slice(-2000);
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) throw new Error(`${node.name} could not load the images: ${said.trim()}`);
}

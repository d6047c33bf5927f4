import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { docker } from './docker.ts';

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

/** The part of `docker inspect` that tells of a node. */
export interface InspectedContainer {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly Mounts: readonly { readonly Destination: string; readonly Source: string }[];
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
  const filters = [
    `label=${SERVICE_LABEL}=node`,
    ...(project === undefined ? [] : [`label=${PROJECT_LABEL}=${project}`]),
  ];
  const listed = await docker(['ps', '-q', '--no-trunc', ...filters.flatMap((filter) => ['--filter', filter])], signal);
  const ids = listed.split('\n').filter((id) => id !== '');
  const inspected = ids.length === 0 ? '[]' : await docker(['inspect', ...ids], signal);
  const nodes = nodesOf(JSON.parse(inspected) as InspectedContainer[]);
  for (const image of images) await archive(image, nodes[0]!.folder, signal);
  await Promise.all(nodes.map(({ id }) => docker(['exec', id, 'coxswain-load-images'], signal)));
  return nodes.map(({ name }) => name);
}

/** The nodes of one cluster by name. @throws Error when there are none, or those of several clusters */
export function nodesOf(containers: readonly InspectedContainer[]): NodeContainer[] {
  const nodes = containers.flatMap(({ Id, Name, Config, Mounts }) => {
    const folder = Mounts.find(({ Destination }) => Destination === IMAGES)?.Source;
    if (folder === undefined) return [];
    return [{ id: Id, name: Name.replace(/^\//, ''), project: Config.Labels[PROJECT_LABEL] ?? '', folder }];
  });
  const projects = [...new Set(nodes.map((node) => node.project))].sort();
  if (projects.length > 1)
    throw new Error(`several clusters run here (${projects.join(', ')}); choose one with --project`);
  if (nodes.length === 0) throw new Error('no node of a compose cluster runs on this machine');
  return nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The same files that scripts/load-image makes: NAME.tar, .name and .id; nothing when the image is there already. */
async function archive(image: string, folder: string, signal: AbortSignal): Promise<void> {
  const id = (await docker(['image', 'inspect', '-f', '{{.Id}}', image], signal)).trim();
  const file = join(folder, image.replaceAll(/[/:@]/g, '_'));
  if ((await readFile(`${file}.id`, 'utf8').catch(() => '')).trim() === id) return;
  await mkdir(folder, { recursive: true });
  try {
    await docker(['save', '-o', `${file}.tmp`, image], signal);
    await rename(`${file}.tmp`, `${file}.tar`);
  } finally {
    await rm(`${file}.tmp`, { force: true });
  }
  await writeFile(`${file}.name`, `${image}\n`);
  await writeFile(`${file}.id`, `${id}\n`);
}

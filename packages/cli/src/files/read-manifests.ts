import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseYamlDocuments } from '@coxswain/api';

/** An object of a manifest: enough is known to send it. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [member: string]: unknown;
  };
  readonly [member: string]: unknown;
}

export interface Manifest {
  /** The file's path, `STDIN` for standard input. */
  readonly source: string;
  readonly object: ManifestObject;
}

/**
 * The objects of files, folders (`.json`, `.yaml`, `.yml`) and `-`, in the order given; Lists are taken apart.
 * @throws Error in kubectl's words
 */
export async function readManifests(
  paths: readonly string[],
  options: { readonly recursive?: boolean; readonly stdin: () => Promise<string> },
): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const path of paths) {
    if (/^https?:/.test(path)) throw new Error(`${path}: URLs are not supported; download the file and give its name`);
    if (path === '-') manifests.push(...parse('STDIN', await options.stdin()));
    else
      for (const file of files(path, options.recursive ?? false))
        manifests.push(...parse(file, readFileSync(file, 'utf8')));
  }
  if (manifests.length === 0) throw new Error('no objects passed to apply');
  return manifests;
}

function files(path: string, recursive: boolean, top = true): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new Error(`the path "${path}" does not exist`);
  if (!stat.isDirectory()) return top || /\.(json|ya?ml)$/.test(path) ? [path] : [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => recursive || !entry.isDirectory())
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => files(join(path, entry.name), recursive, false));
}

function parse(source: string, text: string): Manifest[] {
  let documents: unknown[];
  try {
    documents = parseYamlDocuments(text);
  } catch (error) {
    throw new Error(`error parsing ${source}: ${(error as Error).message}`, { cause: error });
  }
  return documents.flatMap((document) => objects(source, document));
}

function objects(source: string, document: unknown): Manifest[] {
  const object = document as Partial<ManifestObject> & { items?: unknown[] };
  const problem = (text: string) => new Error(`error validating "${source}": error validating data: ${text}`);
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw problem('invalid object to validate');
  if (!object.apiVersion && !object.kind) throw problem('[apiVersion not set, kind not set]');
  if (!object.apiVersion) throw problem('apiVersion not set');
  if (!object.kind) throw problem('kind not set');
  if (object.kind.endsWith('List') && Array.isArray(object.items))
    return object.items.flatMap((item) => objects(source, item));
  if (!object.metadata?.name && !object.metadata?.generateName)
    throw new Error(
      `error when retrieving current configuration of ${object.kind} from "${source}": resource name may not be empty`,
    );
  return [{ source, object: object as ManifestObject }];
}

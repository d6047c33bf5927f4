import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually } from '@coxswain/foundation/testing';
import { fillIn, type Place } from './perform.ts';

const FOLDER = new URL('../testdata/', import.meta.url);
const SETTLED_MS = 30_000;
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');

/** Kinds that kubectls of these minor versions describe through an alpha or beta version, which is not served. */
const UNDESCRIBED: Readonly<Record<string, readonly [first: number, last: number]>> = {
  IPAddress: [27, 32],
  ServiceCIDR: [29, 32],
  VolumeAttributesClass: [30, 33],
};
/** What no kubectl prints of a healthy object. */
const ODD = /<nil>|%!|panic:|\[object|undefined|NaN/;

/** One small object of every kind: created by one command, shown by get -o wide, described, deleted. */
export async function everyKind(place: Place): Promise<void> {
  const manifests = read('cluster-kinds.yaml').split('---\n').concat(read('namespaced-kinds.yaml').split('---\n'));
  const filled = manifests.map((manifest) => fillIn(manifest, place).replaceAll('$MINOR', String(place.minor)));
  const all = filled.join('---\n');
  const { runner, namespace, minor } = place;
  const run = (args: readonly string[], input: string) => runner.run(['-n', namespace, ...args], { input });

  const created = (await run(['create', '-f', '-'], all)).trimEnd().split('\n');
  assert.equal(created.length, manifests.length);
  for (const line of created) assert.match(line, / created$/);

  await eventually(
    async () => assert.equal(shown(await run(['get', '-o', 'wide', '-f', '-'], all), place), read('every-kind.txt')),
    { timeout: SETTLED_MS },
  );
  const names = (await run(['get', '-o', 'name', '-f', '-'], all)).trimEnd().split('\n');
  assert.deepEqual(
    names,
    created.map((line) => line.replace(/ created$/, '')),
  );

  const describable = filled.filter((manifest) => isDescribed(kindOf(manifest), minor));
  const described = await run(['describe', '-f', '-'], describable.join('---\n'));
  assert.doesNotMatch(described, ODD);
  assert.equal(described.match(/^Name: +\S/gm)?.length, describable.length, described);

  const deleted = await run(['delete', '--wait=false', '-f', '-'], all);
  assert.equal(deleted.match(/ deleted/g)?.length, manifests.length, deleted);
}

function isDescribed(kind: string, minor: number): boolean {
  const [first, last] = UNDESCRIBED[kind] ?? [Number.POSITIVE_INFINITY, 0];
  return minor < first || minor > last;
}

function kindOf(manifest: string): string {
  return /^kind: (\w+)$/m.exec(manifest)?.[1] ?? '';
}

/** The tables with ages, times, uids and the run's own names made alike, columns one space apart. */
function shown(text: string, { namespace, unique }: Place): string {
  return text
    .replaceAll(namespace, 'NS')
    .replaceAll(unique, 'UNIQUE')
    .replace(/\b\d{4}-\d\d-\d\dT\S+Z/g, 'TIME')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, 'UID')
    .replace(/(?<=^| )(\d+[smhdy])+(?= |$)/gm, 'AGE')
    .replace(/10\.(7[78])\.\d+\./g, '10.$1.N.')
    .replace(/(Unknown|NotReady),/, 'NotReady,')
    .replace(/ +/g, ' ')
    .replace(/ $/gm, '');
}

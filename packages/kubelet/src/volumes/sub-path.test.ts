import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { temporaryFolder } from '@coxswain/foundation/testing';
import { buildContainer } from '../testing/build-pod.ts';
import { containerMounts, type SubPathBinding } from './container-mounts.ts';
import type { Mounter } from './mounter.ts';
import { openSubPath, pathOf } from './sub-path.ts';

async function volumeWith() {
  const root = temporaryFolder('volume');
  const volume = join(root, 'volume');
  await mkdir(join(volume, 'real/deep'), { recursive: true });
  await mkdir(join(root, 'outside'));
  await writeFile(join(volume, 'file'), 'text');
  await symlink('../outside', join(volume, 'escape'));
  await symlink('/etc', join(volume, 'absolute'));
  await symlink('loop', join(volume, 'loop'));
  await symlink('round', join(volume, 'about'));
  await symlink('about', join(volume, 'round'));
  await symlink('real/deep', join(volume, 'inside'));
  await symlink('nowhere', join(volume, 'dangling'));
  const mounts = (more: object, bind?: SubPathBinding) =>
    containerMounts(
      buildContainer('c', { volumeMounts: [{ name: 'v', mountPath: '/m', ...more }] }),
      new Map([['v', volume]]),
      [{ key: 'NAME', value: 'made' }],
      bind ? { bind } : {},
    );
  return { root, volume, mounts };
}

it('mounts what is below a volume, made where missing', async () => {
  const { volume, mounts } = await volumeWith();
  const source = async (more: object) => (await mounts(more))[0]?.hostPath?.replace(volume, '');
  assert.equal(await source({}), '');
  assert.equal(await source({ subPath: 'real/./deep' }), '/real/deep');
  assert.equal(await source({ subPath: 'file' }), '/file');
  assert.equal(await source({ subPath: 'inside' }), '/real/deep', 'links within the volume count');
  assert.equal(await source({ subPath: 'inside/new' }), '/real/deep/new');
  assert.equal(await source({ subPathExpr: '$(NAME)/x' }), '/made/x');
});

it('makes folders that whoever may write the volume may write', async () => {
  const { volume, mounts } = await volumeWith();
  await chmod(volume, 0o2777);
  await mounts({ subPath: 'a/b' });
  for (const path of ['a', 'a/b']) assert.equal((await stat(join(volume, path))).mode & 0o7777, 0o2777);
});

for (const subPath of ['escape', 'escape/new', 'absolute/passwd', 'loop', 'about/x', 'dangling/x', 'file/x'])
  it(`does not follow ${subPath}`, async () => {
    const { root, mounts } = await volumeWith();
    await assert.rejects(mounts({ subPath }), {
      message: 'failed to prepare subPath for volumeMount "v" of container "c"',
    });
    assert.deepEqual(await readdir(join(root, 'outside')), []);
  });

for (const [more, message] of [
  [{ subPath: '../x' }, /unable to provision SubPath `..\/x`: must not contain '..'/],
  [{ subPath: '/etc' }, /error SubPath `\/etc` must not be an absolute path/],
  [{ subPathExpr: '$(NO)' }, /missing value for "NO"/],
] as const)
  it(`refuses ${JSON.stringify(more)}`, async () => {
    const { mounts } = await volumeWith();
    await assert.rejects(mounts(more), message);
  });

it('never leaves the volume, whatever is exchanged meanwhile', async () => {
  const { root, volume } = await volumeWith();
  const [moving, kept] = [join(volume, 'moving'), join(volume, 'kept')];
  // What is opened while nothing is there makes a folder of that name, which has to go first.
  const replace = async (make: () => Promise<void>): Promise<void> => {
    try {
      await rm(moving, { recursive: true, force: true });
      await make();
    } catch (error) {
      if (!['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await replace(make);
    }
  };
  let stop = false;
  const exchange = (async () => {
    await mkdir(moving);
    while (!stop) {
      await rename(moving, kept);
      await replace(() => symlink('../outside', moving));
      await replace(() => rename(kept, moving));
    }
  })();
  const ends = { inside: 0, refused: 0 };
  for (let i = 0; i < 300; i++) {
    const handle = await openSubPath(volume, 'moving/x').catch(() => undefined);
    if (!handle) ends.refused++;
    else {
      assert.match(await pathOf(handle), new RegExp(`^${volume}/`));
      ends.inside++;
      await handle.close();
    }
  }
  stop = true;
  await exchange;
  assert.deepEqual(await readdir(join(root, 'outside')), []);
  assert.ok(ends.inside > 0, JSON.stringify(ends));
});

it('binds what it opened to a place of its own, once', async () => {
  const { root, mounts } = await volumeWith();
  const bound: string[] = [];
  const shown: string[] = [];
  const mounter: Mounter = {
    list: async (prefix) => bound.filter((path) => path === prefix),
    mountTmpfs: async () => {},
    async bind(source, target) {
      bound.push(target);
      shown.push((await stat(source)).isDirectory() ? 'folder' : await readFile(source, 'utf8'));
    },
    unmount: async (path) => void bound.splice(bound.indexOf(path), 1),
  };
  const bind = { folder: join(root, 'subpaths'), mounter };
  const target = join(root, 'subpaths/v/c/0');
  for (const subPath of ['file', 'file', 'real']) assert.equal((await mounts({ subPath }, bind))[0]?.hostPath, target);
  assert.deepEqual([bound, shown], [[target], ['text', 'text', 'folder']]);
  assert.ok((await stat(target)).isDirectory());
});

import { statfs } from 'node:fs/promises';
import {
  type CallContext,
  type ImageFsInfoRequest,
  type ImageFsInfoResponse,
  type Input,
  msToNanos,
} from '@coxswain/cri';
import type { Runtime } from '../runtime.ts';

/** The engine's data directory; used bytes are the images' sizes, so layers that images share count more than once. */
export async function imageFsInfo(
  { engine, clock }: Runtime,
  _request: ImageFsInfoRequest,
  _context: CallContext,
): Promise<Input<ImageFsInfoResponse>> {
  const [{ DockerRootDir }, images] = await Promise.all([engine.info(), engine.listImages()]);
  const fs = await statfs(DockerRootDir);
  const inFs = (fs.blocks - fs.bfree) * fs.bsize;
  const bytes = images.reduce((sum, { Size }) => sum + Size, 0);
  const usage = {
    timestamp: msToNanos(clock.now()),
    fsId: { mountpoint: DockerRootDir },
    usedBytes: { value: Math.min(bytes, inFs) },
    inodesUsed: { value: fs.files - fs.ffree },
  };
  return { imageFilesystems: [usage], containerFilesystems: [usage] };
}

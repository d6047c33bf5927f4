import type {
  CallContext,
  Empty,
  Image,
  ImageStatusRequest,
  ImageStatusResponse,
  Input,
  ListImagesRequest,
  ListImagesResponse,
  RemoveImageRequest,
} from '@coxswain/cri';
import { CriError } from '@coxswain/cri';
import type { DockerImage } from '../docker/docker-types.ts';
import { sameImageName } from '../image-reference.ts';
import type { Runtime } from '../runtime.ts';

export async function listImages(
  { engine, podInfraContainerImage }: Runtime,
  { filter }: ListImagesRequest,
  _context: CallContext,
): Promise<Input<ListImagesResponse>> {
  const name = filter?.image?.image ?? '';
  const found = name === '' ? await engine.listImages() : [await engine.inspectImage(name)];
  return { images: found.filter((image) => image !== undefined).map((i) => imageMessage(i, podInfraContainerImage)) };
}

export async function imageStatus(
  { engine, podInfraContainerImage }: Runtime,
  { image }: ImageStatusRequest,
  _context: CallContext,
): Promise<Input<ImageStatusResponse>> {
  const found = await engine.inspectImage(imageName(image?.image));
  return { image: found && imageMessage(found, podInfraContainerImage) };
}

/** Takes away every tag of the image, and so the image; fails while a container uses it. */
export async function removeImage(
  { engine, images }: Runtime,
  { image }: RemoveImageRequest,
  _context: CallContext,
): Promise<Empty> {
  const found = await engine.inspectImage(imageName(image?.image));
  if (!found) return {};
  images.forget();
  const names = [...(found.RepoTags ?? []), ...(found.RepoDigests ?? [])].filter((name) => !name.includes('<none>'));
  for (const name of names) await engine.removeImage(name);
  if (names.length === 0) await engine.removeImage(found.Id);
  return {};
}

export function imageName(name: string | undefined): string {
  if (name === undefined || name === '') throw new CriError('INVALID_ARGUMENT', 'image is not specified');
  return name;
}

function imageMessage({ Id, RepoTags, RepoDigests, Size, Config }: DockerImage, pause: string): Input<Image> {
  const tags = (RepoTags ?? []).filter((tag) => !tag.includes('<none>'));
  const user = (Config?.User ?? '').split(':')[0] ?? '';
  return {
    id: Id,
    repoTags: tags,
    repoDigests: (RepoDigests ?? []).filter((digest) => !digest.includes('<none>')),
    size: Size,
    ...(/^\d+$/.test(user) ? { uid: { value: Number(user) } } : { username: user }),
    pinned: tags.some((tag) => sameImageName(tag, pause)),
  };
}

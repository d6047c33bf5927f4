export interface ParsedImage {
  /** Without tag and digest. */
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** As given, `:latest` added where there is neither tag nor digest. */
  readonly name: string;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const DOMAIN =
  '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?';
const REFERENCE = new RegExp(
  `^((?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*)(?::([\\w][\\w.-]{0,127}))?(?:@([a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}))?$`,
);

/** Reads an image reference; undefined for one that no registry could have (InvalidImageName). */
export function parseImageName(text: string): ParsedImage | undefined {
  const match = REFERENCE.exec(text);
  if (!match || text.length > 1024) return undefined;
  const [, repository = '', tag = '', digest = ''] = match;
  return { repository, tag, digest, name: tag === '' && digest === '' ? `${text}:latest` : text };
}

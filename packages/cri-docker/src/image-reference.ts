/** The name with `:latest` when it has neither tag nor digest: Docker would pull every tag. */
export function withTag(name: string): string {
  if (name.includes('@') || name.startsWith('sha256:')) return name;
  return /:[^/]+$/.test(name) ? name : `${name}:latest`;
}

/** `docker.io/library/nginx` and `nginx:latest` are the same. */
export function sameImageName(a: string, b: string): boolean {
  return familiar(a) === familiar(b);
}

function familiar(name: string): string {
  return withTag(name.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, ''));
}

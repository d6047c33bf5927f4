import { createHash } from 'node:crypto';
import type { Container } from '@coxswain/api';

/** A short hash of what forces a container to be made anew when it changes: its name and image, as upstream's. */
export function hashContainer(container: Container): string {
  const picked = JSON.stringify([container.name, container.image ?? '']);
  return createHash('sha256').update(picked).digest('hex').slice(0, 8);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureClusterPki } from '../cluster-pki.ts';

export interface TestCluster extends AsyncDisposable {
  /** As `ensureClusterPki` lays it out. */
  readonly dir: string;
}

/** A throw-away cluster's credentials in a temporary folder, gone when disposed. */
export async function testCluster(server = 'https://127.0.0.1:6443'): Promise<TestCluster> {
  const dir = await mkdtemp(join(tmpdir(), 'coxswain-pki-'));
  await ensureClusterPki({ dir, server });
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}

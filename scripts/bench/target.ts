import { readFileSync } from 'node:fs';

/** Where to send load, from SERVER, TOKEN and CA (a file) in the environment, as scripts/control-plane writes them. */
export interface Target {
  readonly server: string;
  readonly token: string;
  readonly ca: Buffer;
  readonly caFile: string;
}

export function targetFromEnvironment(): Target {
  const { SERVER, TOKEN, CA } = process.env;
  if (!SERVER || !TOKEN || !CA)
    throw new Error('set SERVER, TOKEN and CA; scripts/control-plane up writes them to DIR/env');
  return { server: SERVER, token: TOKEN, ca: readFileSync(CA), caFile: CA };
}

import type { ConfigMap, Secret, ServiceAccount } from '@coxswain/api';
import type { Describer } from './described.ts';
import { addAnnotations, addHead, addLabels } from './parts.ts';

export const describeConfigMap: Describer<ConfigMap> = (lines, map) => {
  addHead(lines, map);
  addLabels(lines, 0, map.metadata);
  addAnnotations(lines, 0, map.metadata);
  lines.add(0, '').add(0, 'Data').add(0, '====');
  for (const [key, value] of Object.entries(map.data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.add(0, `${key}:`).add(0, '----');
    for (const line of value.split('\n')) lines.add(0, line);
    lines.add(0, '');
  }
  lines.add(0, '').add(0, 'BinaryData').add(0, '====');
  for (const [key, value] of Object.entries(map.binaryData ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)))
    lines.add(0, `${key}: ${Buffer.from(String(value), 'base64').length} bytes`);
  lines.add(0, '');
};

/** Sizes only: a description must not tell secrets. */
export const describeSecret: Describer<Secret> = (lines, secret) => {
  addHead(lines, secret);
  addLabels(lines, 0, secret.metadata);
  addAnnotations(lines, 0, secret.metadata);
  lines
    .add(0, '')
    .add(0, 'Type:', secret.type ?? '')
    .add(0, '')
    .add(0, 'Data')
    .add(0, '====');
  for (const [key, value] of Object.entries(secret.data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)))
    lines.add(0, `${key}:`, `${Buffer.from(String(value), 'base64').length} bytes`);
};

export const describeServiceAccount: Describer<ServiceAccount> = (lines, account) => {
  addHead(lines, account);
  addLabels(lines, 0, account.metadata);
  addAnnotations(lines, 0, account.metadata);
  const names = (references: readonly { readonly name?: string | undefined }[] | undefined) =>
    (references ?? []).map(({ name = '' }) => name);
  lines.addList(0, 'Image pull secrets:', names(account.imagePullSecrets));
  lines.addList(0, 'Mountable secrets:', names(account.secrets));
  lines.add(0, 'Tokens:', '<none>');
};

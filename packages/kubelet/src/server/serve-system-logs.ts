import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { plainText, type RouteAnswer, type RoutedRequest } from './route.ts';

const NOT_FOUND = plainText(404, '404 page not found\n');

/** `GET /logs/…`: a file of `root`, or what a folder there holds; no link leads out of it. */
export async function serveSystemLogs(
  root: string,
  { raw, response }: Pick<RoutedRequest, 'raw' | 'response'>,
): Promise<RouteAnswer | undefined> {
  const asked = decodeURIComponent((raw.url ?? '').replace(/\?.*/s, '').replace(/^\/logs\/?/, ''));
  const base = await realpath(root).catch(() => undefined);
  const path = base && !asked.includes('\0') ? await realpath(join(base, asked)).catch(() => undefined) : undefined;
  if (base === undefined || path === undefined) return NOT_FOUND;
  if (path !== base && !path.startsWith(base + sep)) return NOT_FOUND;
  const info = await stat(path);
  if (info.isDirectory()) {
    const entries = await readdir(path, { withFileTypes: true });
    const links = entries
      .map((entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`)
      .sort()
      .map((name) => `<a href="${encodeURIComponent(name).replace('%2F', '/')}">${escapeHtml(name)}</a>`);
    return { type: 'text/html; charset=utf-8', body: `<pre>\n${links.join('\n')}\n</pre>\n` };
  }
  if (!info.isFile()) return NOT_FOUND;
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  await pipeline(createReadStream(path), response).catch(() => response.destroy());
  return undefined;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
}

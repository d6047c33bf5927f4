import { execFile, execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Target } from './target.ts';

export interface WrkResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50ms: number;
  readonly p99ms: number;
}

export function hasWrk(): boolean {
  try {
    execFileSync('which', ['wrk'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** GETs of PREFIX0 … PREFIX(count-1) in turn over so many connections, with Debian's wrk. Throws when any was not 2xx. */
export async function runWrk(
  { server, token }: Target,
  { prefix, count, connections, seconds }: { prefix: string; count: number; connections: number; seconds: number },
): Promise<WrkResult> {
  const script = join(tmpdir(), `bench-${process.pid}.lua`);
  // The token stays out of the command line.
  writeFileSync(script, luaScript(token, prefix, count), { mode: 0o600 });
  try {
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, server];
    const { stdout } = await promisify(execFile)('wrk', args);
    const line = stdout.split('\n').find((each) => each.startsWith('RESULT ')) ?? '';
    const [, requests = 0, microseconds = 0, p50 = 0, p99 = 0, bad = 0] = line.split(' ').map(Number);
    if (requests === 0 || bad > 0) throw new Error(`wrk: ${requests} requests, ${bad} refused`);
    return { requests, seconds: microseconds / 1e6, p50ms: p50 / 1000, p99ms: p99 / 1000 };
  } finally {
    rmSync(script);
  }
}

function luaScript(token: string, prefix: string, count: number): string {
  return `wrk.headers["Authorization"] = "Bearer ${token}"
wrk.headers["Accept"] = "application/json"
local requests = {}
local at = 0
init = function()
  for i = 0, ${count - 1} do requests[i] = wrk.format("GET", "${prefix}" .. i) end
end
request = function()
  at = (at + 1) % ${count}
  return requests[at]
end
done = function(summary, latency)
  print(string.format("RESULT %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), summary.errors.status))
end
`;
}

// free-subnet NETWORK: prints the range that the engine's network of that name has; where there is no such network, the
// first candidate that no other network of the engine and no interface of this machine overlaps.
import { execFileSync } from 'node:child_process';
import { BlockList, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** 172.30.96.0/24, the default of docker-compose.yml, and the 31 after it. */
const CANDIDATES = Array.from({ length: 32 }, (_, index) => `172.30.${96 + index}.0/24`);

/** The first of `candidates` that overlaps none of `taken`; ranges are IPv4 in CIDR notation. Throws where none is free. */
export function freeSubnet(taken: readonly string[], candidates: readonly string[] = CANDIDATES): string {
  const free = candidates.find((candidate) => !taken.some((range) => overlap(candidate, range)));
  if (free === undefined)
    throw new Error('every range for the nodes is taken; choose one, such as COXSWAIN_SUBNET=10.9.0.0/24');
  return free;
}

/** Two ranges overlap where one holds the other's first address. */
function overlap(one: string, other: string): boolean {
  return holds(one, address(other)) || holds(other, address(one));
}

const address = (range: string) => range.split('/')[0] ?? '';

function holds(range: string, ip: string): boolean {
  const list = new BlockList();
  list.addSubnet(address(range), Number(range.split('/')[1]));
  return list.check(ip);
}

function networks(): { name: string; ranges: string[] }[] {
  const docker = (...words: string[]) => execFileSync('docker', words, { encoding: 'utf8', timeout: 60_000 });
  const ids = docker('network', 'ls', '-q').split('\n').filter(Boolean);
  const lines = docker('network', 'inspect', '-f', '{{.Name}}{{range .IPAM.Config}} {{.Subnet}}{{end}}', ...ids);
  return lines.split('\n').map((line) => {
    const [name = '', ...ranges] = line.split(' ');
    return { name, ranges: ranges.filter((range) => isIPv4(address(range))) };
  });
}

/** The range of the network `name`, there or to be made. */
function rangeOf(name: string | undefined): string {
  const all = networks();
  const own = all.find((network) => network.name === name)?.ranges[0];
  if (own !== undefined) return own;
  const local = Object.values(networkInterfaces()).flatMap((list = []) =>
    list.flatMap(({ family, cidr }) => (family === 'IPv4' && cidr !== null ? [cidr] : [])),
  );
  return freeSubnet([...all.flatMap(({ ranges }) => ranges), ...local]);
}

if (import.meta.main) {
  try {
    console.log(rangeOf(process.argv[2]));
  } catch (error) {
    console.error(`up: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

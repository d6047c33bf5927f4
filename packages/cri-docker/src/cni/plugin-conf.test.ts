import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isIdle } from './plugin-conf.ts';

const port = { hostPort: 8080, containerPort: 80, protocol: 'TCP', hostIp: '' } as const;

for (const [name, type, ports, wanted] of [
  ['portmap without ports', 'portmap', [], true],
  ['portmap with a port of the container alone', 'portmap', [{ ...port, hostPort: 0 }], true],
  ['portmap with a port of the host', 'portmap', [port], false],
  ['any other plugin', 'bandwidth', [], false],
] as const)
  it(`${name} is ${wanted ? 'left out' : 'run'}`, () => assert.equal(isIdle({ type }, ports), wanted));

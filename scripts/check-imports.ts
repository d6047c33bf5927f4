// Holds the import table of ARCHITECTURE.md against the imports of every package: services never import services.
import { globSync, readFileSync } from 'node:fs';

const MAY_IMPORT: Record<string, readonly string[]> = {
  foundation: [],
  api: ['foundation'],
  client: ['foundation', 'api'],
  streaming: ['foundation'],
  apiserver: ['foundation', 'api', 'streaming'],
  scheduler: ['foundation', 'api', 'client'],
  'controller-manager': ['foundation', 'api', 'client', 'pki'],
  'metrics-server': ['foundation', 'api', 'client', 'pki'],
  cri: ['foundation'],
  'cri-docker': ['foundation', 'cri', 'streaming'],
  kubelet: ['foundation', 'api', 'client', 'cri', 'streaming'],
  sim: ['foundation', 'api', 'client', 'cri', 'kubelet'],
  'kube-proxy': ['foundation', 'api', 'client'],
  'pod-network': ['foundation', 'api', 'client'],
  dns: ['foundation', 'api', 'client'],
  ingress: ['foundation', 'api', 'client'],
  gateway: ['foundation'],
  pki: ['foundation'],
  cli: ['foundation', 'api', 'client', 'pki'],
};
/** The cases start whole clusters, so they may import anything. */
const FREE = new Set(['e2e']);

/** Static imports and re-exports (a line that ends in `from '…';`), bare imports, and dynamic ones. */
const IMPORT = /^(?:import|export|\})[^'\n]*?(?:\sfrom\s|import\s)'([^']+)';|\bimport\('([^']+)'\)/gm;

const problems: string[] = [];
for (const file of globSync('packages/*/src/**/*.ts').sort()) {
  const name = file.split('/')[1] as string;
  if (FREE.has(name)) continue;
  const allowed = MAY_IMPORT[name];
  if (!allowed) {
    problems.push(`${file}: package ${name} is not in the import table of scripts/check-imports.ts`);
    continue;
  }
  const declared = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')).dependencies ?? {};
  const testing = file.endsWith('.test.ts') || file.includes('/testing/');
  for (const [, fixed, dynamic] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const target = (fixed ?? dynamic) as string;
    if (target.startsWith('.')) {
      if (new URL(target, `file:///${file}`).pathname.split('/')[2] !== name)
        problems.push(`${file}: reaches out of its package by ${target}`);
      continue;
    }
    if (target.startsWith('node:')) continue;
    const parts = target.split('/');
    const dependency = target.startsWith('@') ? `${parts[0]}/${parts[1]}` : (parts[0] as string);
    if (dependency.startsWith('@coxswain/')) {
      const other = dependency.slice('@coxswain/'.length);
      if (other !== name && !allowed.includes(other) && !(testing && other === 'pki'))
        problems.push(`${file}: ${name} may not import ${other}`);
    } else if (!(dependency in declared) && !testing) {
      problems.push(`${file}: ${dependency} is not a dependency of packages/${name}`);
    }
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log('imports follow the table');

// One file a program: packages/<name>/src/main.ts → dist/<name>.mjs, and the .proto files read at run time → dist/proto.
// Without words every program that runs in the cluster; `bundle cli` makes the command, dist/cli/cox.mjs.
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const resolveFrom = (name: string, from: string) =>
  createRequire(join(root, 'packages', from, 'package.json')).resolve(name);

/** Packages in CommonJS expect these three. */
const BANNER = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
import { dirname as __pathDirname } from 'node:path';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __pathDirname(__filename);`;

/** etcd3 reads its protocol from beside its own code; in a bundle it lies in proto/etcd. */
const etcdProto: Plugin = {
  name: 'etcd-proto',
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /etcd3\/lib\/connection-pool\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const moved = source.replace('/../proto/rpc.proto', '/proto/etcd/rpc.proto');
      if (moved === source) throw new Error('etcd3 no longer loads ../proto/rpc.proto');
      return { contents: moved };
    });
  },
};

/** dockerode can reach an engine over SSH and prom-client knows OpenTelemetry's spans; neither is used, so both stay out. */
const unused: Plugin = {
  name: 'unused',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^(ssh2|@opentelemetry\/api)$/ }, ({ path }) => ({ path, namespace: 'absent' }));
    pluginBuild.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * An import of node:http reads all that it exports, and with that loads Node's WebSocket and fetch: 4 MB and 50 ms for
 * each process. Taken as a plain object only what is used is read.
 */
const plainHttp: Plugin = {
  name: 'plain-http',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^(node:)?http$/ }, () => ({ path: 'http', namespace: 'builtin' }));
    pluginBuild.onLoad({ filter: /.*/, namespace: 'builtin' }, () => ({
      contents: "module.exports = process.getBuiltinModule('node:http');",
    }));
  },
};

const wanted = process.argv.slice(2);
const all = globSync('packages/*/src/main.ts', { cwd: root }).map((file) => file.split('/')[1] as string);
/** What runs in a cluster; `cli` and `sim` are for outside. */
const services = all.filter((name) => name !== 'cli' && name !== 'sim').sort();
const programs = wanted.length > 0 ? wanted : services;
const result = await build({
  absWorkingDir: root,
  entryPoints: programs.map((name) => ({ in: `packages/${name}/src/main.ts`, out: name === 'cli' ? 'cli/cox' : name })),
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  keepNames: false,
  // The engine keeps a program's text in memory: what only readers need stays in the sources.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  banner: { js: BANNER },
  loader: { '.node': 'empty' },
  plugins: [etcdProto, unused, plainHttp],
  logLevel: 'warning',
});

mkdirSync(join(dist, 'proto/etcd'), { recursive: true });
for (const stale of globSync('*.mjs', { cwd: dist }))
  if (!services.includes(stale.slice(0, -4))) rmSync(join(dist, stale));
for (const { path, contents } of result.outputFiles)
  if (!existsSync(path) || !readFileSync(path).equals(contents)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
rmSync(join(dist, 'manifests'), { recursive: true, force: true });
cpSync(join(root, 'deploy/manifests'), join(dist, 'manifests'), { recursive: true });
cpSync(join(root, 'proto'), join(dist, 'proto'), { recursive: true });
cpSync(join(dirname(resolveFrom('etcd3/package.json', 'apiserver')), 'proto'), join(dist, 'proto/etcd'), {
  recursive: true,
});
cpSync(join(dirname(resolveFrom('dockerode/lib/buildkit.js', 'cri-docker')), 'proto'), join(dist, 'proto'), {
  recursive: true,
});
console.log(`bundled ${programs.join(', ')}`);

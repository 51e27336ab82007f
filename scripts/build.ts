/**
 * Bundles src/ into build/: main.js (the check of Node's version), a chunk for
 * each command and what they share, and api.js and testing.js for plugins from outside and their tests.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { lazyBuiltins, lazyOclif } from './lazy-modules.ts';
import { writeManifest } from './manifest.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = `${root}build`;

await writeManifest();
const result = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts', api: 'src/plugin/api.ts', testing: 'src/plugin/testing.ts' },
  bundle: true,
  splitting: true,
  outdir,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  target: 'node26',
  format: 'esm',
  // Whitespace alone is a third of what is read at each start; names stay for stacks.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: 'linked',
  // Native code stays where npm put it.
  external: ['better-sqlite3', 'koffi'],
  alias: { unackd: './src/plugin/api.ts' },
  plugins: [lazyBuiltins, lazyOclif],
  // CommonJS packages in an ES module want a `require`. It's made when it is used: most never do.
  banner: {
    js: "const __makeRequire = () => process.getBuiltinModule('module').createRequire(import.meta.url); const require = new Proxy(() => {}, { apply: (_, self, [id]) => __makeRequire()(id), get: (_, key) => __makeRequire()[key] });",
  },
  metafile: true,
  logLevel: 'warning',
  write: false,
}).catch(() => process.exit(1)); // esbuild has said what is wrong

// Only now: a build that fails leaves the one before alone.
rmSync(outdir, { recursive: true, force: true });
for (const { path, contents } of result.outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

// What each file is made of.
writeFileSync(`${outdir}/meta.json`, JSON.stringify(result.metafile));

// The first start of each chunk would compile it; for the most used ones that is done here, once.
for (const args of [['version'], ['read', `${root}config/examples/captures/drop.pcap`]]) {
  spawnSync(process.execPath, [`${outdir}/main.js`, ...args], { stdio: 'ignore' });
}

if (!process.argv.includes('--quiet')) {
  const outputs = Object.entries(result.metafile.outputs).filter(([path]) => path.endsWith('.js'));
  const bytes = outputs.reduce((sum, [, output]) => sum + output.bytes, 0);
  process.stderr.write(
    `build: ${outputs.length} files, ${Math.round(bytes / 1024)} KiB in build/\n`,
  );
}

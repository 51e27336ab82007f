/**
 * Bundles src/: main.js (the check of Node's version), a chunk for each command
 * and what they share, and api.js and testing.js for plugins from outside and
 * their tests.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BuildOptions, BuildResult } from 'esbuild';
import { lazyBuiltins, lazyOclif } from './lazy-modules.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));

const bundling = {
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts', api: 'src/plugin/api.ts', testing: 'src/plugin/testing.ts' },
  bundle: true,
  // Paths of packages go into the bundle: the same where node_modules is a link.
  preserveSymlinks: true,
  splitting: true,
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
} as const satisfies BuildOptions;

/**
 * In memory; esbuild has said on standard error what is wrong where it fails.
 * @param more entries besides the program's own
 */
export async function bundle(
  outdir: string,
  changes: Pick<BuildOptions, 'banner' | 'define' | 'sourcemap'> = {},
  more: Readonly<Record<string, string>> = {},
): Promise<BuildResult<{ metafile: true; write: false }>> {
  const entryPoints = { ...bundling.entryPoints, ...more };
  return build({ ...bundling, ...changes, entryPoints, outdir });
}

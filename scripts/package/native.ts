/** The packages with native code, each as one CommonJS file beside its addon. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { BuildOptions, BuildResult, Plugin } from 'esbuild';
import { root } from '../bundle.ts';
import { addons } from './addon.ts';
import type { Base } from './base.ts';

function at(path: string): string {
  return join(root, 'node_modules', path);
}

/** npm installs the packages for the machine that it runs on. */
function needsAddons(arch: Base['arch']): void {
  const name = `@koromix/koffi-linux-${arch}`;
  if (existsSync(at(name))) return;
  const { version } = JSON.parse(readFileSync(at('koffi/package.json'), 'utf8')) as {
    readonly version: string;
  };
  throw new Error(
    // Of a package that is named, npm heeds no --cpu.
    `${name} is not installed: npm install --no-save --force ${name}@${version}`,
  );
}

/** Says which of a package's many binaries is meant; else each would look for it on the disk. */
function forTarget(arch: Base['arch']): Plugin {
  return {
    name: 'for-target',
    setup(on) {
      on.onResolve({ filter: /^better-sqlite3$/ }, () => ({
        path: at(`better-sqlite3/lib/linux-${arch}.js`),
      }));
      on.onResolve({ filter: /^koffi$/ }, () => ({ path: at('koffi/index.cjs') }));
      on.onResolve({ filter: /^@koromix\/koffi-/ }, ({ path }) =>
        path === `@koromix/koffi-linux-${arch}`
          ? on.resolve(at(`${path}/linux_${arch}/koffi.node`), {
              kind: 'require-call',
              resolveDir: root,
            })
          : { path, external: true },
      );
    },
  };
}

const bundling = {
  absWorkingDir: root,
  // Where the program looks for them.
  entryPoints: {
    'node_modules/better-sqlite3/index': 'better-sqlite3',
    'node_modules/koffi/index': 'koffi',
  },
  bundle: true,
  preserveSymlinks: true,
  platform: 'node',
  target: 'node26',
  format: 'cjs',
  minifyWhitespace: true,
  loader: { '.node': 'copy' },
  assetNames: 'node_modules/addons/[name]-[hash]',
  metafile: true,
  write: false,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** In memory, below node_modules/. */
export async function bundleNative(
  outdir: string,
  arch: Base['arch'],
): Promise<BuildResult<{ metafile: true; write: false }>> {
  needsAddons(arch);
  return build({ ...bundling, plugins: [forTarget(arch), addons], outdir });
}

/**
 * How an addon is loaded out of the binary. Node writes it to a file in memory
 * and loads that as /proc/self/fd/N, then closes N. The next one gets the same
 * N, and glibc, which knows libraries by their paths, gives the first one for it
 * (Node 26.10). So N is kept in use.
 */
import { relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { root } from '../bundle.ts';

const WRAPPED = 'addon';

/** @param path the addon's, within the project */
function loader(path: string): string {
  return `const { openSync, closeSync } = require('node:fs');
const idle = () => openSync('/dev/null', 'r');
// All numbers up to this one are in use, so the addon gets the next one that is free.
const below = idle();
module.exports = require(${JSON.stringify(path)});
const opened = [below];
// Kept open: the first that is not below it, the addon's.
for (let fd = idle(); fd < below; fd = idle()) opened.push(fd);
for (const fd of opened) closeSync(fd);
`;
}

export const addons: Plugin = {
  name: 'addons',
  setup(on) {
    on.onResolve({ filter: /\.node$/ }, ({ path, namespace, resolveDir }) =>
      namespace === WRAPPED
        ? { path: resolve(root, path) }
        : // Relative, as it becomes part of the bundle.
          { path: relative(root, resolve(resolveDir, path)), namespace: WRAPPED },
    );
    on.onLoad({ filter: /.*/, namespace: WRAPPED }, ({ path }) => ({
      contents: loader(path),
      resolveDir: '/',
    }));
  },
};

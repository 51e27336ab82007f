/**
 * Modules that a start doesn't use are not loaded: half of the time that a
 * short command takes would go there. Two esbuild plugins.
 */
import { readFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);

/**
 * Node's own modules, imported: each name is a getter that fetches its module
 * when it is first used. (An `import` loads the module and evaluates all that
 * it exports, 4 ms for node:util alone.) The getters stand on a prototype, as
 * esbuild would copy a module's own properties for each file that imports it.
 */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(build) {
    build.onResolve({ filter: /^(?:node:)?[a-z_/]+$/ }, ({ path, kind }) => {
      if (!path.startsWith('node:') && !builtinModules.includes(path)) return undefined;
      if (kind === 'import-statement') return { path, namespace: 'lazy-builtin' };
      return kind === 'require-call' ? { path, namespace: 'builtin' } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
      loader: 'js',
    }));
    build.onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => {
      const exported: unknown = require(path);
      // node:assert and node:events are functions themselves.
      if (typeof exported !== 'object' || exported === null) {
        return { contents: `module.exports = process.getBuiltinModule('${path}');`, loader: 'js' };
      }
      const getters = Object.keys(exported).map(
        (name) => `get ${name}() { return load().${name}; }`,
      );
      return {
        loader: 'js',
        contents: `
          const load = () => process.getBuiltinModule('${path}');
          module.exports = Object.create({ ${getters.join(', ')} });`,
      };
    });
  },
};

/** What TypeScript makes of an import, in CommonJS: `const util_1 = __importStar(require("./util"));` */
const IMPORT = /^(?:const|var) (?<name>\w+_\d+) = (?<load>\w*\(?require\("[^"]+"\)\)?);$/gmu;

/** The same, exported under a name. */
const NAMESPACE = /^exports\.(?<name>\w+) = (?<load>__importStar\(require\("[^"]+"\)\));$/gmu;

/** The source of one of oclif's files with its `require`s put off until what they bring is used. */
export function putOffRequires(source: string): string {
  const names: string[] = [];
  const loaders = source
    .replaceAll(IMPORT, (_all, name: string, load: string) => {
      names.push(name);
      return `let ${name}$; function ${name}$$() { return (${name}$ ??= ${load}); }`;
    })
    .replaceAll(
      NAMESPACE,
      (_all, name: string, load: string) =>
        `Object.defineProperty(exports, "${name}", { enumerable: true, get: () => ${load} });`,
    );
  if (names.length === 0) return loaders;
  return loaders.replaceAll(new RegExp(`\\b(?:${names.join('|')})\\b(?!\\$)`, 'gu'), '($&$$$$())');
}

/**
 * What oclif does as it is loaded: checks Node's version (so does src/main.ts),
 * and makes standard output (3 ms) to listen to its errors (so does src/cli/run.ts).
 */
const AT_LOAD = /^checkNodeVersion\(\);$|^process\.stdout\.on\('error', [\s\S]*?^\}\);$/gmu;

/** oclif's own files. */
export const lazyOclif: Plugin = {
  name: 'lazy-oclif',
  setup(build) {
    build.onLoad({ filter: /\/@oclif\/core\/lib\/.*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: putOffRequires(source.replaceAll(AT_LOAD, '')), loader: 'js' };
    });
  },
};

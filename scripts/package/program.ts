/**
 * The program's chunks as one script. Each becomes a function, as CommonJS, that
 * V8 compiles with all others at once: reading and linking 70 modules would take
 * as long as all the rest of a short command.
 */
import { transform } from 'esbuild';
import type { Metafile } from 'esbuild';
import { posix } from 'node:path';

/** A chunk by its name (`chunks/run-MYBZAH7H.js`). */
export type Chunks = ReadonlyMap<string, string>;

/** `./chunk-X.js`, as one chunk names another. */
function nameFrom(importer: string, imported: string): string {
  const path = posix.relative(posix.dirname(importer), imported);
  return path.startsWith('.') ? path : `./${path}`;
}

/** Each occurrence; there is one at least, or esbuild writes imports otherwise than we think. */
function replaceAll(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`there is no ${from} in a chunk`);
  return text.replaceAll(from, to);
}

async function functionOf(name: string, chunks: Chunks, meta: Metafile): Promise<string> {
  const { code } = await transform(chunks.get(name) ?? '', {
    format: 'cjs',
    platform: 'node',
    target: 'node26',
    minifyWhitespace: true,
    charset: 'ascii',
    define: Object.fromEntries(
      ['filename', 'dirname', 'url'].map((key) => [`import.meta.${key}`, `__place.${key}`]),
    ),
  });
  let linked = code;
  const seen = new Set<string>();
  for (const { path, kind } of meta.outputs[name].imports) {
    if (!chunks.has(path) || seen.has(`${kind} ${path}`)) continue;
    seen.add(`${kind} ${path}`);
    const [from, to] = [nameFrom(name, path), path].map((one) => JSON.stringify(one));
    linked =
      kind === 'dynamic-import'
        ? replaceAll(linked, `import(${from})`, `__later(${to})`)
        : replaceAll(linked, `require(${from})`, `require(${to})`);
  }
  return `${JSON.stringify(name)}(module,require,__later,__place){${linked}\n}`;
}

/** One byte a character, half of what V8 holds otherwise. esbuild leaves others in regular expressions only. */
function ascii(text: string): string {
  return text.replaceAll(
    /[^\0-\u{7f}]/gv,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/**
 * One script, whose value is an object of functions: see `Chunk` in boot.ts.
 * @param meta its outputs named as the chunks are
 */
export async function programOf(chunks: Chunks, meta: Metafile): Promise<string> {
  const names = [...chunks.keys()].toSorted();
  const functions = await Promise.all(names.map((name) => functionOf(name, chunks, meta)));
  return ascii(`({${functions.join(',\n')}})`);
}

/** A module for plugins: what a chunk exports. */
export function moduleOf(name: string, meta: Metafile): string {
  const exported = meta.outputs[name].exports.toSorted();
  return `const loaded = globalThis[Symbol.for('unackd.loader')](${JSON.stringify(name)});
export const { ${exported.join(', ')} } = loaded;
`;
}

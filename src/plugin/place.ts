/** Where in an author's own files something went wrong. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Place {
  /** Absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1; `null` where only the line is known. */
  readonly column: number | null;
}

/** `    at Object.attempt (file:///home/me/x.ts:12:7)`, and without parentheses. */
const FRAME = /^\s+at .*?(?<url>(?:file:\/\/)?\/[^()]*?):(?<line>\d+):(?<column>\d+)\)?$/u;

/** What Node puts before a SyntaxError: place, a line or more of source, and carets. */
const HEAD = /^(?<url>(?:file:\/\/)?\/.*):(?<line>\d+)\n(?:.*\n){1,4}?(?<indent>[ \t]*)\^/u;

function pathOf(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}

/** The first place in one of the folder's files that an error's stack names. */
function placeInStack(error: unknown, folder: string): Place | null {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const head = HEAD.exec(stack)?.groups;
  if (head !== undefined && pathOf(head['url']).startsWith(`${folder}/`)) {
    return {
      file: pathOf(head['url']),
      line: Number(head['line']),
      column: head['indent'].length + 1,
    };
  }
  for (const text of stack.split('\n')) {
    const frame = FRAME.exec(text)?.groups;
    if (frame === undefined) continue;
    const file = pathOf(frame['url']);
    if (!file.startsWith(`${folder}/`)) continue;
    return { file, line: Number(frame['line']), column: Number(frame['column']) };
  }
  return null;
}

function placeAt(file: string, text: string, at: number): Place {
  const before = text.slice(0, at).split('\n');
  return { file, line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Where a file imports something that isn't there: a package, or the absolute path of a file. */
function importPlace(file: string, missing: string): Place | null {
  const text = textOf(file);
  const near = relative(dirname(file), missing);
  const written = [missing, near, near.startsWith('.') ? near : `./${near}`];
  const places = written.flatMap((one) => [text.indexOf(`'${one}'`), text.indexOf(`"${one}"`)]);
  const found = places.find((one) => one >= 0);
  return found === undefined ? null : placeAt(file, text, found);
}

/**
 * Where a definition has a property: objects know not where they were written,
 * so the names are looked for in the text, each behind the one before.
 */
export function propertyPlace(file: string, property: readonly string[]): Place | null {
  const text = textOf(file);
  let from = text.search(/\bdefine(?:Source|Analyser|Sink)\s*\(/u);
  let found: number | null = null;
  for (const name of property) {
    const pattern = new RegExp(`(?<=[{,\\s])['"]?${RegExp.escape(name)}['"]?\\s*[:(,]`, 'gu');
    pattern.lastIndex = Math.max(0, from);
    const match = pattern.exec(text);
    if (match === null) break;
    found = match.index;
    from = pattern.lastIndex;
  }
  if (found !== null) return placeAt(file, text, found);
  const fallback = from >= 0 ? from : text.search(/\bexport default\b/u);
  return fallback < 0 ? null : placeAt(file, text, fallback);
}

/** `Cannot find package 'x' imported from /home/me/plugin.ts` */
const MISSING = /^Cannot find (?:package|module) '(?<what>[^']+)'/u;

/** Where in a plugin's own files it is that an error came from. */
export function placeOf(error: unknown, file: string): Place | null {
  const place = placeInStack(error, dirname(file));
  if (place !== null || !(error instanceof Error)) return place;
  const missing = MISSING.exec(error.message)?.groups?.['what'];
  return missing === undefined ? null : importPlace(file, missing);
}

/** JavaScript's own syntax errors name no place: the reader of TypeScript, which takes it too, does. */
export function placedError(error: unknown, file: string): unknown {
  if (!(error instanceof SyntaxError) || placeInStack(error, dirname(file))?.column) return error;
  try {
    stripTypeScriptTypes(readFileSync(file, 'utf8'), { sourceUrl: file });
    return error;
  } catch (found) {
    return found;
  }
}

/** Finds plugins that did not come with unackd: by path, and by name in folders. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import type {
  ComponentKind,
  OutsideFault,
  OutsidePlugin,
  PluginRegistry,
} from '../config/resolved.ts';
import { answerTo, askBefore } from './answers.ts';
import { checkDescription } from './declared.ts';
import { definePlugin } from './definition.ts';
import { locate, OutsideError } from './files.ts';
import type { Located } from './files.ts';
import { lookedAt, lookedBeside } from './looked.ts';

/** In a folder of plugins: files that are none. */
const NO_PLUGIN = /\.(test|spec|d)\.(ts|mts)$/u;
const PLUGIN = /\.(ts|mjs)$/u;

/**
 * By file, with what was loaded: a plugin that is as it was is the same one, also
 * for a reload, and one whose files have changed is another.
 */
const known = new Map<string, { readonly print: string; readonly plugin: OutsidePlugin }>();

function fingerprint({ entry, folder }: Located, files: readonly string[]): string {
  const hash = createHash('sha256').update(entry).update(String(folder));
  for (const file of files) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

/** @param path absolute, of a file or a folder */
function openPlugin(path: string): OutsidePlugin | OutsideFault {
  lookedAt(path);
  let entry: string | null = null;
  try {
    const located = locate(path);
    entry = located.folder === null ? located.entry : null;
    lookedAt(located.folder ?? located.entry);
    const home = `${located.folder ?? dirname(located.entry)}/`;
    const declared = checkDescription(answerTo(located, null)['description'], (file) =>
      file.startsWith(home),
    );
    lookedAt(...declared.files);
    const print = fingerprint(located, declared.files);
    const before = known.get(located.entry);
    if (before?.print === print) return before.plugin;
    const plugin = definePlugin(located, declared);
    known.set(located.entry, { print, plugin });
    return plugin;
  } catch (error) {
    if (entry !== null) lookedBeside(entry);
    if (error instanceof OutsideError) {
      const { message, hint, exitCode } = error;
      return { fault: message, hint, exitCode };
    }
    throw error;
  }
}

/** What may be plugins in a folder, by their absolute paths. */
function candidates(folder: string): string[] {
  lookedAt(folder);
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(
        (entry) => entry.isDirectory() || (PLUGIN.test(entry.name) && !NO_PLUGIN.test(entry.name)),
      )
      .map((entry) => join(folder, entry.name))
      .toSorted();
  } catch {
    return []; // not there: `check` warns of that
  }
}

/** All plugins in these folders; those that can't be loaded with what is wrong. */
function pluginsIn(
  folders: readonly string[],
): readonly { readonly path: string; readonly opened: OutsidePlugin | OutsideFault }[] {
  return folders.flatMap(candidates).map((path) => ({ path, opened: openPlugin(path) }));
}

/** One by its name: a file or folder that is called so is looked at first. */
function findNamed(
  kind: ComponentKind,
  name: string,
  folders: readonly string[],
): OutsidePlugin | undefined {
  const paths = folders
    .flatMap(candidates)
    .toSorted((a, b) => Number(parse(b).name === name) - Number(parse(a).name === name));
  for (const path of paths) {
    const opened = openPlugin(path);
    if ('granted' in opened && opened.kind === kind && opened.name === name) return opened;
  }
  return undefined;
}

/** A registry that knows plugins from outside as well. */
export function withOutside(bundled: PluginRegistry): PluginRegistry {
  return {
    ...bundled,
    outside: { open: openPlugin, named: findNamed, all: pluginsIn, ready: askBefore },
  };
}

/** Plugins in a folder, each asked in a process of its own what it is. */
import { accessSync, constants, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../plugin/api.ts';
import { findPlugin } from './files.ts';
import type { ToldFinding } from './messages.ts';
import { runChild } from './run-child.ts';
import { scratchFolder } from './scratch.ts';

const CODE = /(?<!\.test)\.(?:ts|mts|mjs)$/u;

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // a link to nowhere, or to itself
  }
}

/** Files and folders in it that may be plugins; of the folder itself, if it is one. */
function candidates(folder: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder).toSorted();
    // Names alone say nothing: each is looked at.
    accessSync(folder, constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') {
      const mend = 'ask its owner, or run as a user who may';
      throw new InputError(77, `${folder}: no permission to read it; ${mend}`);
    }
    if (code === 'ENOTDIR') throw new InputError(66, `${folder}: is no folder`);
    throw new InputError(66, `${folder}: no such folder`);
  }
  if (names.includes('package.json')) return [folder];
  return names
    .map((name) => join(folder, name))
    .filter((path) => (isFolder(path) ? mayBePlugin(path) : CODE.test(path)));
}

/** One that can't be looked into is listed, with the reason. */
function mayBePlugin(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
  } catch {
    return true;
  }
  return existsSync(join(folder, 'package.json'));
}

async function describe(path: string): Promise<ToldFinding> {
  const scratch = scratchFolder('list');
  try {
    const { file } = findPlugin(path);
    let first: ToldFinding | undefined;
    const order = {
      file,
      tests: [],
      options: {},
      scratch,
      captures: [],
      net: [],
      describeOnly: true,
    };
    const { failed } = await runChild(order, (message) => {
      if (message.is === 'finding') first ??= message.finding;
    });
    const text = failed ?? 'it said nothing';
    return first ?? { rule: 'definition', result: 'broken', text, place: null };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Of a file that can't be used, a link to nowhere for one: the others are listed all the same. */
function unusable(path: string, error: unknown): Pick<ToldFinding, 'result' | 'text'> {
  if (!(error instanceof InputError)) throw error;
  return { result: 'broken', text: error.message.replace(`${path}: `, '') };
}

/** A line for each plugin of the folder, with what it is or why it is none. */
export async function folderLines(
  folder: string,
  format: 'text' | 'jsonl',
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const path of candidates(folder)) {
    const { result, text } = await describe(path).catch((error: unknown) => unusable(path, error));
    const sound = result === 'holds';
    if (format === 'jsonl') lines.push(JSON.stringify({ file: path, sound, text }));
    else lines.push(`${path}  ${sound ? text : `no plugin: ${text}`}`);
  }
  return lines.length > 0 || format === 'jsonl' ? lines : [`no plugins in ${folder}`];
}

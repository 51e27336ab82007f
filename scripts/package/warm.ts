/** Runs a command of the program in a folder, then writes what V8 has compiled for it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scriptOf, start } from './boot.ts';

const [folder] = process.argv.splice(2, 1);
const script = scriptOf(folder, undefined);
process.once('exit', () => writeFileSync(join(folder, 'program.cache'), script.createCachedData()));
start(folder, script);

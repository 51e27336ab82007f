/** The first code that runs in a packed binary: starts the program that lies beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { versionLine } from '../../src/version.ts';
import { scriptOf, start } from './boot.ts';

const [, , first, ...more] = process.argv;
if (more.length === 0 && (first === '--version' || first === '-v')) {
  process.stdout.write(`${versionLine()}\n`);
} else {
  const compiled = join(__dirname, 'program.cache');
  start(__dirname, scriptOf(__dirname, existsSync(compiled) ? readFileSync(compiled) : undefined));
}

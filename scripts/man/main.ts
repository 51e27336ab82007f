/** `npm run man`: writes the manual into dist/man/; `man dist/man/unackd.1` shows it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { version } from '../../src/version.ts';
import { dayOf, sourceTime } from '../source-time.ts';
import { manualPages } from './pages.ts';

const folder = join(import.meta.dirname, '../../dist/man');

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const pages = manualPages({ version, date: dayOf(sourceTime()) });
for (const [name, text] of pages) writeFileSync(join(folder, name), text);
process.stderr.write(`man: ${pages.size} pages in ${relative(process.cwd(), folder)}/\n`);

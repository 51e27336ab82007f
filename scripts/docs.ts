/** `npm run docs`: writes what is generated of the documentation. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'oxfmt';
import { bundled } from '../src/engine/registry.ts';
import { pictureText } from './picture.ts';
import { MARK, referenceText } from './reference.ts';

const docs = join(import.meta.dirname, '../docs');
const CONFIGURATION = join(docs, 'configuration.md');

/** docs/configuration.md with its reference as it should be. */
async function configurationText(): Promise<string> {
  const [written] = readFileSync(CONFIGURATION, 'utf8').split(MARK);
  const { code, errors } = await format('configuration.md', referenceText(bundled));
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return `${written.trimEnd()}\n\n${code}`;
}

/** The reference says what the program declares. */
export async function isReferenceFresh(): Promise<boolean> {
  return readFileSync(CONFIGURATION, 'utf8') === (await configurationText());
}

if (import.meta.main) {
  writeFileSync(CONFIGURATION, await configurationText());
  writeFileSync(join(docs, 'picture.svg'), pictureText());
}

/** What this program is made of that others wrote. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM_FOLDER } from './self.ts';

export interface License {
  readonly name: string;
  readonly version: string;
  /** SPDX's expression. */
  readonly license: string;
  readonly text: string;
}

/** Beside the program, by name; `npm run package` writes it (scripts/package/parts.ts). */
export const LICENSES = 'licenses.json';

/**
 * The table of all parts, then the text of each.
 * @throws Error with exit code 66 in a checkout, where each part is a folder of its own
 */
export function licensesPage(): string {
  let parts: readonly License[];
  try {
    parts = JSON.parse(readFileSync(join(PROGRAM_FOLDER, LICENSES), 'utf8')) as License[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const message =
      'a checkout has its licences in node_modules/*/LICENSE; the binary of `npm run package` lists its own';
    throw Object.assign(new Error(message), { exitCode: 66 });
  }
  const widths = (['name', 'version'] as const).map((key) =>
    Math.max(...parts.map((part) => part[key].length)),
  );
  const table = parts.map(
    ({ name, version, license }) =>
      `${name.padEnd(widths[0])}  ${version.padEnd(widths[1])}  ${license}`,
  );
  const texts = parts.map(({ name, version, text }) => `--- ${name} ${version}\n\n${text}`);
  return [table.join('\n'), ...texts].join('\n\n');
}

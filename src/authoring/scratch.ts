import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileFault } from '../engine/registry.ts';

/**
 * A new folder for what lives no longer than a command. Its maker removes it.
 * @param name what it is for: `check`
 * @throws OutputError where there can be none
 */
export function scratchFolder(name: string): string {
  try {
    return mkdtempSync(join(tmpdir(), `unackd-${name}-`));
  } catch (error) {
    throw fileFault(`the folder of temporary files (TMPDIR), ${tmpdir()}`, error);
  }
}

/** Files that are there whole, or not at all. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export interface WholeFile {
  readonly text: string;
  readonly mode: number;
  /** One that is there gives way; else that is EEXIST. */
  readonly replace: boolean;
}

/** @throws EEXIST where something has that name */
function giveName(beside: string, path: string): void {
  try {
    linkSync(beside, path);
  } catch (error) {
    // Some file systems, such as FAT, know one name a file only.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || existsSync(path)) throw error;
    renameSync(beside, path);
  }
}

/** Whoever reads it meanwhile sees the old one. @throws what the system says */
export function writeWhole(path: string, { text, mode, replace }: WholeFile): void {
  const beside = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(beside, text, { mode, flush: true, flag: 'wx' });
    chmodSync(beside, mode);
    if (replace) renameSync(beside, path);
    else giveName(beside, path);
  } finally {
    // By its other name it stays.
    rmSync(beside, { force: true });
  }
}

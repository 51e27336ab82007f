/** The packets of an experiment: kept in a folder of their own, then in one file. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileFault } from '../engine/registry.ts';
import { ANY, INTERFACE } from './hosts.ts';
import { ringPaths } from '../keep/ring.ts';

export class Capture {
  readonly folder: string;
  readonly #fd: number;

  /** @throws OutputError where the file can't be written */
  constructor(path: string) {
    try {
      this.#fd = openSync(path, 'w');
    } catch (error) {
      throw fileFault(path, error);
    }
    this.folder = mkdtempSync(join(tmpdir(), 'unackd-lab-'));
  }

  /** Puts what was kept into the file: pcapng sections follow one another as they are. */
  close(): void {
    for (const name of [ANY, INTERFACE]) {
      for (const path of ringPaths(this.folder, name)) writeSync(this.#fd, readFileSync(path));
    }
    closeSync(this.#fd);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

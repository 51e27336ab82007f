/** The packets of an experiment: kept in a folder of their own, then in one file. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileFault } from '../engine/registry.ts';
import { writeWhole } from '../read/standard-output.ts';
import { ANY, INTERFACE } from './hosts.ts';
import { ringPaths } from '../keep/ring.ts';

export class Capture {
  readonly folder: string;
  readonly #path: string;
  readonly #fd: number;

  /** @throws OutputError where the file can't be written */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#fd = openSync(path, 'w');
    } catch (error) {
      throw fileFault(path, error);
    }
    this.folder = mkdtempSync(join(tmpdir(), 'unackd-lab-'));
  }

  /**
   * Puts what was kept into the file: pcapng sections follow one another as they are.
   * @throws OutputError where the file can't be written
   */
  close(): void {
    try {
      for (const name of [ANY, INTERFACE]) {
        for (const path of ringPaths(this.folder, name)) writeWhole(this.#fd, readFileSync(path));
      }
    } catch (error) {
      throw fileFault(this.#path, error);
    } finally {
      closeSync(this.#fd);
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

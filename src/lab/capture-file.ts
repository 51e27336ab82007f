/** The packets of an experiment: kept in a folder of their own, then in one file. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOutput } from '../export/output.ts';
import type { Output } from '../export/output.ts';
import { ringPaths } from '../keep/ring.ts';
import { ANY, INTERFACE } from './hosts.ts';

export class Capture {
  readonly folder: string;
  readonly #output: Output;

  /**
   * @param force a file that is there is replaced
   * @throws OutputError where the file is there, or can't be written
   */
  constructor(path: string, force: boolean) {
    this.#output = openOutput(path, force);
    this.folder = mkdtempSync(join(tmpdir(), 'unackd-lab-'));
  }

  /**
   * Puts what was kept into the file: pcapng sections follow one another as they are.
   * @throws OutputError where the file can't be written
   */
  close(): void {
    try {
      for (const name of [ANY, INTERFACE]) {
        for (const path of ringPaths(this.folder, name)) this.#output.write(readFileSync(path));
      }
    } catch (error) {
      this.#output.abandon();
      throw error;
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
    this.#output.commit();
  }
}

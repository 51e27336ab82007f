import { Help } from '@oclif/core';
import { loadProgram } from './program.ts';

/** Lines longer than this are hard to read. */
const WIDEST = 100;
const INDENT = 2;

/** Prints what a command takes: usage, arguments, flags, examples. */
export async function printHelp(id: string): Promise<void> {
  // A terminal may say 0; and oclif's own indent comes on top of its width.
  const maxWidth = Math.min((process.stdout.columns || WIDEST) - INDENT, WIDEST);
  await new Help(await loadProgram(), { maxWidth }).showHelp([id]);
}

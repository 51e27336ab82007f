import { Help } from '@oclif/core';
import { loadProgram } from './program.ts';

/** Prints what a command takes: usage, arguments, flags, examples. */
export async function printHelp(id: string): Promise<void> {
  await new Help(await loadProgram(), { maxWidth: 100 }).showHelp([id]);
}

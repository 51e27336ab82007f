import { readFileSync } from 'node:fs';
import { readConfigBytes } from './bytes.ts';
import { renderFault } from './fault.ts';
import type { Fault } from './fault.ts';
import type { Look } from './look.ts';
import type { DaemonConfig, PluginRegistry } from './resolved.ts';

/** A configuration that can't be used; the message is what to print. Exit code 78, or 66 and 77 where there is no file to read. */
export class ConfigError extends Error {
  readonly exitCode: 66 | 77 | 78;

  constructor(exitCode: 66 | 77 | 78, message: string) {
    super(message);
    this.name = 'ConfigError';
    this.exitCode = exitCode;
  }
}

export interface Loaded {
  readonly config: DaemonConfig;
  /** Faults that are no errors, rendered. */
  readonly warnings: readonly string[];
}

/**
 * Reads a configuration from its file.
 * @param file path as the user wrote it; faults name it so
 * @param look warns of files that are to be read and are not there
 * @throws ConfigError with all faults at once
 */
export function loadConfig(
  file: string,
  registry: PluginRegistry,
  colour: boolean,
  look?: Look,
): Loaded {
  const { config, faults } = readConfigBytes(readBytes(file), file, registry, process.env, look);
  if (config === null) throw new ConfigError(78, renderAll(faults, colour));
  return { config, warnings: faults.map((fault) => renderFault(fault, colour)) };
}

function renderAll(faults: readonly Fault[], colour: boolean): string {
  const errors = faults.filter((fault) => fault.severity === 'error').length;
  const text = faults.map((fault) => renderFault(fault, colour)).join('\n\n');
  return `${text}\n\n${errors} ${errors === 1 ? 'error' : 'errors'}`;
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new ConfigError(66, `${file}: no such file; config/unackd.yaml is one to begin with`);
    }
    if (code === 'EISDIR') throw new ConfigError(66, `${file} is a folder: name the file in it`);
    if (code === 'EACCES' || code === 'EPERM') {
      throw new ConfigError(77, `${file}: no permission to read it`);
    }
    throw error;
  }
}

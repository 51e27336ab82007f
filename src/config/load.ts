import { existsSync, readFileSync } from 'node:fs';
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
  const env = surroundings(process.env);
  const { config, faults } = readConfigBytes(readBytes(file), file, registry, env, look);
  if (config === null) throw new ConfigError(78, renderAll(faults, colour));
  return { config, warnings: faults.map((fault) => renderFault(fault, colour)) };
}

/** Where systemd keeps the running service's credentials; root may read them: systemd.exec(5). */
const OF_THE_SERVICE = '/run/credentials/unackd.service';

/** Who looks at the service's configuration from outside gets the same credentials. */
function surroundings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env['CREDENTIALS_DIRECTORY'] !== undefined || !existsSync(OF_THE_SERVICE)) return env;
  return { ...env, CREDENTIALS_DIRECTORY: OF_THE_SERVICE };
}

function renderAll(faults: readonly Fault[], colour: boolean): string {
  const errors = faults.filter((fault) => fault.severity === 'error').length;
  const text = faults.map((fault) => renderFault(fault, colour)).join('\n\n');
  return `${text}\n\n${errors} ${errors === 1 ? 'error' : 'errors'}`;
}

/** @throws ConfigError where it can't be read */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new ConfigError(66, `${file}: no such file; check the path, or write one: unackd init`);
    }
    if (code === 'EISDIR') throw new ConfigError(66, `${file} is a folder: name the file in it`);
    if (code === 'EACCES' || code === 'EPERM') {
      const mend = 'ask its owner, or run as a user who may';
      throw new ConfigError(77, `${file}: no permission to read it; ${mend}`);
    }
    throw new ConfigError(66, `${file}: can't be read: ${(error as Error).message}`);
  }
}

/** The program that the service starts, and whether its user will be able to. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isPacked, MAIN, PROGRAM_FOLDER } from '../self.ts';
import { CONFIG, CREDENTIALS } from './place.ts';

/** Hidden from the service by its unit: ProtectHome, PrivateTmp, PrivateDevices. */
const HIDDEN = ['/home', '/root', '/run/user', '/tmp', '/var/tmp', '/dev'] as const;

const OTHERS_READ = 0o004;
const OTHERS_ENTER = 0o001;

/** This program: the packaged binary, or the checkout's bin/unackd. */
export function ownProgram(): string {
  return isPacked()
    ? realpathSync(process.execPath)
    : join(realpathSync(dirname(PROGRAM_FOLDER)), 'bin/unackd');
}

/**
 * Whether the program was put there after the service had started with what was there before.
 * @param start CLOCK_MONOTONIC, microseconds
 */
export function isNewerThan(program: string, start: number): boolean {
  const began = Date.now() - (Number(process.hrtime.bigint() / 1000n) - start) / 1000;
  const files = program === ownProgram() && !isPacked() ? [program, MAIN] : [program];
  // Not mtime, which copying may keep.
  return files.some((path) => (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0) > began);
}

function lacks(path: string, bits: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined || (stats.mode & bits) !== bits;
}

/** What keeps a user without rights from a file: the first folder on its way that is closed, or it itself. */
function closedAt(path: string): string | null {
  const folders: string[] = [];
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) folders.unshift(at);
  return (
    folders.find((folder) => lacks(folder, OTHERS_ENTER)) ??
    (lacks(path, OTHERS_READ | OTHERS_ENTER) ? path : null)
  );
}

function hiddenAt(path: string): string | undefined {
  return HIDDEN.find((folder) => path.startsWith(`${folder}/`));
}

/** Why the service could not read its configuration; `null` where it can, or where there is none yet. */
export function obstacleToConfig(config: string): string | null {
  const hidden = hiddenAt(config);
  if (hidden !== undefined) return `${config}: services don't see ${hidden}: move it to ${CONFIG}`;
  if (!existsSync(config) || !lacks(config, OTHERS_READ)) return null;
  return `${config}: the service's user can't read it: put secrets into ${CREDENTIALS} (see unackd service install --help), then chmod 644 ${config}`;
}

/** Why the service could not start it; `null` where it can. */
export function obstacleTo(program: string): string | null {
  const hidden = hiddenAt(program);
  const elsewhere = 'move it where all may read it, such as /opt/unackd';
  if (hidden !== undefined) return `${program}: services don't see ${hidden}: ${elsewhere}`;
  const needed = isPacked() ? [program] : [program, process.execPath];
  for (const path of needed) {
    const closed = closedAt(path);
    if (closed !== null) return `${path}: other users can't get at it (${closed}): ${elsewhere}`;
  }
  if (!isPacked() && lacks(MAIN, OTHERS_READ))
    return `${MAIN}: other users can't read it: ${elsewhere}`;
  return null;
}

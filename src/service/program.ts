/** The program that the service starts, and whether its user will be able to. */
import { realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isPacked, MAIN, PROGRAM_FOLDER } from '../self.ts';

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

/** Why the service could not start it; `null` where it can. */
export function obstacleTo(program: string): string | null {
  const hidden = HIDDEN.find((folder) => program.startsWith(`${folder}/`));
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

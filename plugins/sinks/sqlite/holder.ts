/** Who holds a file's lock, as Linux tells it: proc_locks(5). */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';

export interface Holder {
  readonly pid: number;
  /** How it was called: `unackd run --config a.yaml`; `null` where that can't be seen. */
  readonly command: string | null;
}

/** `2: POSIX  ADVISORY  WRITE 7720 fe:00:2557849 1073741824 1073742335` */
const LINE =
  /^\d+: POSIX\s+\S+\s+WRITE\s+(?<pid>\d+)\s+(?<major>[0-9a-f]+):(?<minor>[0-9a-f]+):(?<inode>\d+)\s/gmu;

/** makedev(3), undone. */
function deviceOf(dev: number): readonly [major: number, minor: number] {
  return [(dev >>> 8) & 0xfff, (dev & 0xff) | ((dev >>> 12) & 0xfff00)];
}

/** Enough to know it again. */
const COMMAND_MOST = 80;

function commandOf(pid: number): string | null {
  try {
    const [program, ...rest] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    // Of a checkout Node runs the program's main file, behind flags of its own.
    const main = rest.findIndex((word) => !word.startsWith('--'));
    const called = (rest[main] ?? '').endsWith('/main.js')
      ? ['unackd', ...rest.slice(main + 1)]
      : [basename(program), ...rest];
    return called.join(' ').trim().slice(0, COMMAND_MOST) || null;
  } catch {
    return null;
  }
}

/**
 * @param locks of /proc/locks
 * @returns `null` for nobody, or nobody that this process may know of
 */
function findHolder(
  locks: string,
  { dev, ino }: { readonly dev: number; readonly ino: number },
): number | null {
  const [major, minor] = deviceOf(dev);
  for (const { groups = {} } of locks.matchAll(LINE)) {
    const same =
      Number(groups['inode']) === ino &&
      Number.parseInt(groups['major'], 16) === major &&
      Number.parseInt(groups['minor'], 16) === minor;
    // 0: a process of another PID namespace.
    if (same && Number(groups['pid']) > 0) return Number(groups['pid']);
  }
  return null;
}

/** Nobody where the file is not there, or Linux does not say. */
export function holderOf(path: string): Holder | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  let locks: string;
  try {
    locks = readFileSync('/proc/locks', 'utf8');
  } catch {
    return null;
  }
  const pid = findHolder(locks, stats);
  return pid === null ? null : { pid, command: commandOf(pid) };
}

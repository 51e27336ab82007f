/** Rights: capturing takes CAP_NET_RAW and nothing else; see capabilities(7). */
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InputError } from 'unackd';
import { loadKoffi } from './koffi.ts';
import { loadLibc } from './libc.ts';

const CAP_NET_ADMIN = 12;
const CAP_NET_RAW = 13;
/** _LINUX_CAPABILITY_VERSION_3: two sets of three words, effective, permitted, inheritable. */
const CAPABILITY_VERSION = 0x20080522;
const PR_SET_KEEPCAPS = 8;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_RAISE = 2;

/** What to do without the right, in one line. */
export function deniedText(): string {
  return (
    'capturing takes the capability CAP_NET_RAW; give it with ' +
    `'setcap cap_net_raw+ep ${process.execPath}', under systemd with AmbientCapabilities=CAP_NET_RAW, or start as root`
  );
}

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** As getpwnam(3) knows it, or `null`. */
export function findUser(name: string): User | null {
  const found = loadLibc().getpwnam(name);
  if (found === null) return null;
  const { decode } = loadKoffi();
  // struct passwd: name and password, then the two numbers.
  const at = 2 * POINTER_SIZE;
  return { name, uid: decode(found, at, 'uint32_t'), gid: decode(found, at + 4, 'uint32_t') };
}

const POINTER_SIZE = 8;

/**
 * Gives up root: all threads become the user with the user's groups. The thread
 * that opens interfaces keeps CAP_NET_RAW, for those that come back; nothing
 * else is kept, and nothing by the others.
 * @param firewall CAP_NET_ADMIN is kept as well
 * @throws InputError 77 where that can't be done
 */
export async function dropTo(name: string, firewall: boolean): Promise<void> {
  const user = findUser(name);
  if (user === null) throw new InputError(77, `'user': there is no user ${name} on this machine`);
  const own = process.getuid?.();
  if (own === user.uid) return;
  if (own !== 0) {
    throw new InputError(
      77,
      `'user': only root can become ${name}, and this is not root: leave 'user' out, or start as root`,
    );
  }
  // Node's helper threads begin with their first work; those begun later would have this thread's rights.
  await stat('/');
  const libc = loadLibc();
  libc.prctl(PR_SET_KEEPCAPS, 1);
  libc.initgroups(name, user.gid);
  process.setgid?.(user.gid);
  process.setuid?.(user.uid);
  libc.prctl(PR_SET_KEEPCAPS, 0);
  const kept = (1 << CAP_NET_RAW) | (firewall ? 1 << CAP_NET_ADMIN : 0);
  const header = Uint32Array.of(CAPABILITY_VERSION, 0);
  const given = libc.capset(header, Uint32Array.of(kept, kept, 0, 0, 0, 0)) === 0;
  if (!given) {
    throw new InputError(
      77,
      `'user': the rights of root can't be given up (capset: errno ${libc.errno()})`,
    );
  }
}

/**
 * Hands CAP_NET_ADMIN on to the tools that read the firewall: what a binary was
 * given by setcap, or has kept of root, its children have only if it is ambient.
 * Without the capability it does nothing; the tools then say so.
 */
export function lendNetAdmin(): void {
  const status = readFileSync('/proc/thread-self/status', 'utf8');
  const setOf = (key: string): number =>
    Number.parseInt(
      new RegExp(`^${key}:\\s*[0-9a-f]*([0-9a-f]{8})$`, 'mu').exec(status)?.[1] ?? '0',
      16,
    );
  const admin = 1 << CAP_NET_ADMIN;
  // Root's children have root's rights anyway, and of its sets only the lower word is written here.
  if (process.getuid?.() === 0 || (setOf('CapPrm') & admin) === 0) return;
  const libc = loadLibc();
  const [effective, permitted, inheritable] = [setOf('CapEff'), setOf('CapPrm'), setOf('CapInh')];
  const sets = Uint32Array.of(effective, permitted, inheritable | admin, 0, 0, 0);
  if (libc.capset(Uint32Array.of(CAPABILITY_VERSION, 0), sets) !== 0) return;
  libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN);
}

/**
 * The first of a plugin process's two turns: it gives up rights, then becomes
 * the second one (execve(2)), which runs the plugin. Landlock holds what Node's
 * own permission model leaves open (signals to the daemon, code that gets round
 * JavaScript), where the kernel has it: see landlock(7).
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { startAgain } from '../../self.ts';
import type { Confinement } from '../start.ts';
import { CHANNEL } from './channel.ts';

/** The same on all of Linux's architectures that Node runs on. */
const LANDLOCK_CREATE_RULESET = 444;
const LANDLOCK_ADD_RULE = 445;
const LANDLOCK_RESTRICT_SELF = 446;
const CREATE_RULESET_VERSION = 1;
const RULE_PATH_BENEATH = 1;

const EXECUTE = 1n << 0n;
const WRITE_FILE = 1n << 1n;
const READ_FILE = 1n << 2n;
const READ_DIR = 1n << 3n;
const ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | (1n << 14n);
/** All rights on files, by ABI version: TRUNCATE came with 3, IOCTL_DEV with 5. */
const allFileRights = (abi: number): bigint =>
  abi >= 5 ? 0xffffn : abi >= 3 ? 0x7fffn : abi >= 2 ? 0x3fffn : 0x1fffn;
/** bind(2) and connect(2) of TCP. */
const NET_TCP = 3n;
/** Abstract Unix sockets and signals to whoever is outside. */
const SCOPES = 3n;

const PR_SET_NO_NEW_PRIVS = 38;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_CLEAR_ALL = 4n;
const F_SETFD = 2;
const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;
const RLIMIT_CORE = 4;

/** What Node itself opens: its libraries and OpenSSL's settings. */
const RUNTIME = ['/lib', '/lib64', '/usr/lib', '/etc/ld.so.cache', '/etc/ssl/openssl.cnf'];
/** Names and certificates of hosts, for who may connect. */
const NETWORK = [
  '/etc/resolv.conf',
  '/etc/hosts',
  '/etc/nsswitch.conf',
  '/etc/ssl',
  '/etc/gai.conf',
];

// Not imported: that alone would warn of it in each process of the program.
const { dlopen, getRawPointer } = process.getBuiltinModule('node:ffi');

type Call = (...args: readonly (number | bigint)[]) => number | bigint;

function cLibrary(): Readonly<Record<'syscall' | 'prctl' | 'fcntl' | 'setrlimit', Call>> {
  const i64 = 'i64';
  const { functions } = dlopen(null, {
    syscall: { arguments: [i64, i64, i64, i64, i64, i64], return: i64 },
    prctl: { arguments: ['i32', 'u64', 'u64', 'u64', 'u64'], return: 'i32' },
    fcntl: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
    setrlimit: { arguments: ['i32', 'pointer'], return: 'i32' },
  });
  return functions as unknown as ReturnType<typeof cLibrary>;
}

/** @throws where the kernel has Landlock and refuses it */
function landlock(libc: ReturnType<typeof cLibrary>, { read, write, net }: Confinement): void {
  const call = (number: number, ...args: readonly (number | bigint)[]): number => {
    const padded = Array.from({ length: 5 }, (_, i) => BigInt(args[i] ?? 0));
    return Number(libc.syscall(BigInt(number), ...padded));
  };
  const abi = call(LANDLOCK_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION);
  // Kernels before 5.13, or without it: Node's permission model stands alone.
  if (abi < 1) return;
  const rights = allFileRights(abi);
  const handled = BigUint64Array.of(
    rights,
    abi >= 4 && !net ? NET_TCP : 0n,
    abi >= 6 ? SCOPES : 0n,
  );
  const size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  const ruleset = call(LANDLOCK_CREATE_RULESET, getRawPointer(handled), size, 0);
  if (ruleset < 0) throw new Error('Landlock makes no rule set');
  const allow = (path: string, access: bigint): void => {
    let fd: number;
    try {
      fd = openSync(path, O_PATH | O_CLOEXEC);
    } catch {
      return; // not there: nothing to allow
    }
    const possible = fstatSync(fd).isDirectory() ? access : access & ON_FILES;
    const rule = Buffer.alloc(16);
    rule.writeBigUInt64LE(possible & rights, 0);
    rule.writeInt32LE(fd, 8);
    const added = call(LANDLOCK_ADD_RULE, ruleset, RULE_PATH_BENEATH, getRawPointer(rule), 0);
    closeSync(fd);
    if (added !== 0) throw new Error(`Landlock takes no rule for ${path}`);
  };
  const look = READ_FILE | READ_DIR;
  for (const path of RUNTIME) allow(path, look | EXECUTE);
  for (const path of net ? NETWORK : []) allow(path, look);
  allow(process.execPath, READ_FILE | EXECUTE);
  allow('/dev/null', READ_FILE | WRITE_FILE);
  allow('/dev/urandom', READ_FILE);
  allow('/proc/self', look);
  allow('/sys/fs/cgroup', look);
  for (const path of read) allow(path, look);
  // Everything but execution, and nodes for devices.
  for (const path of write) allow(path, rights & ~(EXECUTE | (1n << 6n) | (1n << 11n)));
  if (call(LANDLOCK_RESTRICT_SELF, ruleset, 0) !== 0) throw new Error('Landlock refuses');
}

/** Gives up rights and becomes the plugin's host. Does not return. */
export function confine(confinement: Confinement): void {
  if (process.platform === 'linux') {
    const libc = cLibrary();
    // What is in the plugin's memory is nobody else's business.
    libc.setrlimit(RLIMIT_CORE, getRawPointer(BigUint64Array.of(0n, 0n)));
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n);
    // A service's right to capture would go on to whatever it starts: capabilities(7).
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0n, 0n, 0n);
    landlock(libc, confinement);
    libc.fcntl(CHANNEL, F_SETFD, 0);
  }
  const { args, env } = startAgain(confinement.flags, [confinement.turn]);
  process.execve?.(process.execPath, [process.execPath, ...args], { ...process.env, ...env });
}

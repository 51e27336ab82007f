/** The Node that a binary is made of. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';

export interface Base {
  readonly path: string;
  /** `process.arch` there. */
  readonly arch: 'x64' | 'arm64';
  /** What puts the program into it: the same version of Node, for this machine. */
  readonly builder: string;
  /** As `process.version`. */
  readonly version: string;
}

/** ELF's `e_machine`. */
const MACHINES: Readonly<Record<number, Base['arch']>> = { 0x3e: 'x64', 0xb7: 'arm64' };
const MACHINE_AT = 18;
const MAGIC = Buffer.from('\u{7f}ELF', 'latin1');

function versionOf(path: string): string | null {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 && /^v\d+\./u.test(stdout) ? stdout.trim() : null;
}

/**
 * Looks at a Node binary for Linux.
 * @throws Error that says what to do
 */
export function lookAtBase(path: string): Base {
  if (!existsSync(path)) throw new Error(`--node ${path}: no such file`);
  const bytes = readFileSync(path);
  const arch = MACHINES[bytes.readUInt16LE(MACHINE_AT)];
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC) || arch === undefined) {
    throw new Error(`${path} is no Node for Linux on x64 or arm64`);
  }
  if (arch === process.arch) {
    const version = versionOf(path);
    if (version === null)
      throw new Error(`${path} is no Node that runs: \`${path} --version\` names no version`);
    return { path, arch, builder: path, version };
  }
  // One that doesn't run here gets its program from a Node of the same version that does.
  const version = process.version;
  if (!bytes.includes(`${version}\0`)) {
    throw new Error(
      `${path} is not Node ${version}; run this script with a Node of its version (for ${process.arch})`,
    );
  }
  return { path, arch, builder: process.execPath, version };
}

/** GNU's name of a processor. */
const TRIPLES: Readonly<Record<Base['arch'], string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
};

/** A copy without symbols: 33 MB less. As it is where no binutils here know its processor. */
export function stripped({ path, arch }: Base, into: string): 'stripped' | 'whole' {
  for (const strip of [`${TRIPLES[arch]}-strip`, 'strip']) {
    const { status } = spawnSync(strip, ['--strip-all', '-o', into, path], { stdio: 'ignore' });
    if (status === 0) return 'stripped';
  }
  copyFileSync(path, into);
  return 'whole';
}

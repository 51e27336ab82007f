/** Places to write to: a folder of one's own, and ones where writing fails. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs with a fresh folder, which is removed afterwards. */
export async function withFolder(work: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'unackd-sinks-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why no file system can be mounted here, or '' where it can. */
export function noMounts(): string {
  if (process.platform !== 'linux') return 'tmpfs is Linux';
  if (process.getuid?.() !== 0) return 'mounting needs root';
  let reason = '';
  const folder = mkdtempSync(join(tmpdir(), 'unackd-mount-'));
  try {
    mount(folder, 'size=64k');
    execFileSync('umount', [folder]);
  } catch {
    reason = 'mounting is not allowed here';
  }
  rmSync(folder, { recursive: true, force: true });
  return reason;
}

function mount(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
}

/** Runs with a folder on a tmpfs of its own; `options` as mount(8) has them: `size=256k`, `ro`. */
export async function withTmpfs(
  options: string,
  work: (folder: string) => void | Promise<void>,
): Promise<void> {
  await withFolder(async (parent) => {
    const folder = join(parent, 'disk');
    mkdirSync(folder);
    mount(folder, options);
    try {
      await work(folder);
    } finally {
      execFileSync('umount', ['-l', folder]);
    }
  });
}

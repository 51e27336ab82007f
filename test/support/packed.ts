/** The packed binary of these sources, for all tests of a run: the first that asks has it made. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './unackd.ts';

const FOLDER = join(ROOT, 'dist/.test');
const BINARY = join(FOLDER, 'unackd');
const LOCK = join(FOLDER, 'lock');
const ASKED_EVERY_MS = 100;

function changed(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** `npm test` builds what has changed; the packer's own files belong to no build. */
function isFresh(): boolean {
  const packer = join(ROOT, 'scripts/package');
  const sources = [join(ROOT, 'build/main.js'), ...readdirSync(packer).map((n) => join(packer, n))];
  return sources.every((path) => changed(path) < changed(BINARY));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Test files run side by side; one that was killed leaves its lock behind. */
async function locked<T>(work: () => T): Promise<T> {
  mkdirSync(FOLDER, { recursive: true });
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      break;
    } catch {
      const holder = existsSync(LOCK) ? Number(readFileSync(LOCK, 'utf8')) : 0;
      if (holder !== 0 && !isAlive(holder)) rmSync(LOCK, { force: true });
      await sleep(ASKED_EVERY_MS);
    }
  }
  try {
    return work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

/** Its path. Where it has to be made, it is made twice: the bytes are to be the same. */
export async function packedBinary(): Promise<string> {
  return locked(() => {
    if (isFresh()) return BINARY;
    const script = join(ROOT, 'scripts/package/main.ts');
    const { status, stderr } = spawnSync(
      process.execPath,
      [script, '--verify', '--output', BINARY],
      {
        cwd: ROOT,
        encoding: 'utf8',
      },
    );
    if (status !== 0) throw new Error(`npm run package failed:\n${stderr}`);
    return BINARY;
  });
}

/** Runs bin/unackd as a user would, or the packed binary that UNACKD_UNDER_TEST names. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { needs } from './needs.ts';
import type { JsonRecord } from './read-records.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
export const UNACKD = resolve(process.env['UNACKD_UNDER_TEST'] ?? join(ROOT, 'bin/unackd'));
export const CAPTURES = join(ROOT, 'config/examples/captures');

export interface Result {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Milliseconds. */
  readonly timeout?: number;
}

function finish(command: string, args: readonly string[], options: RunOptions): Result {
  const { input = '', env = {}, cwd = ROOT, timeout = 15_000 } = options;
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout,
    env: { ...process.env, UNACKD_DEBUG: '', ...env },
  });
  if (error !== undefined) throw error;
  return { status, signal, stdout, stderr };
}

/** `unackd ARGS`, standard input empty unless given. */
export function unackd(args: readonly string[], options: RunOptions = {}): Result {
  return finish(UNACKD, args, options);
}

/** A line of bash in which `$U` is bin/unackd and `$1`, `$2`... the arguments. */
export function shell(
  line: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Result {
  return finish('bash', ['-c', line, 'bash', ...args], {
    ...options,
    env: { ...options.env, U: UNACKD },
  });
}

/** Skips where bin/unackd can't run yet. To be called in `before`. */
export function needsBuild(context: Mocha.Context): void {
  needs(context, existsSync(join(ROOT, 'build/main.js')), 'not built: npm run build');
}

/** A folder for one test file: `file` writes into it, `remove` takes it away. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'unackd-read-'));

  /** Writes a file and gives its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  at(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** JSON lines as records. */
export function parseLines(text: string): JsonRecord[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonRecord);
}

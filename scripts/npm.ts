/** Has npm do something, with the Node that it runs with itself. */
import { spawnSync } from 'node:child_process';
import { root } from './bundle.ts';

export interface Npm {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws Error where there is no npm */
export function npm(...args: readonly string[]): Npm {
  const path = process.env['npm_execpath']; // set where npm runs us; else npm is looked up
  const [command, first] = path === undefined ? ['npm', []] : [process.execPath, [path]];
  const { status, stdout, stderr, error } = spawnSync(
    command,
    [...first, ...args, '--loglevel=error'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  if (error !== undefined) throw new Error(`npm does not run: ${error.message}`);
  return { status, stdout, stderr };
}

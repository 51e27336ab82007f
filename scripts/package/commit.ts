import { spawnSync } from 'node:child_process';
import { root } from '../bundle.ts';

function git(...args: readonly string[]): string | null {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** The commit that the sources are of, `-changed` behind it where they no longer are; `null` without git. */
export function commitOfSources(): string | null {
  const commit = git('rev-parse', 'HEAD');
  if (commit === null) return null;
  const changes = git('status', '--porcelain', '--untracked-files=no');
  return changes === '' ? commit : `${commit}-changed`;
}

/** What tests need that make network namespaces. */
import { spawnSync } from 'node:child_process';
import { needs } from './needs.ts';

/** Skips where namespaces can't be made. To be called in `before`. */
export function needsNamespaces(context: Mocha.Context): void {
  needs(context, process.getuid?.() === 0, 'not root: network namespaces take it');
  const probe = `unackd-probe-${process.pid}`;
  const { status } = spawnSync('ip', ['netns', 'add', probe]);
  if (status === 0) spawnSync('ip', ['netns', 'del', probe]);
  needs(context, status === 0, 'no network namespaces here: ip netns add fails');
}

/** Whether a program is there. */
export function has(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}

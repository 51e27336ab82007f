import { existsSync, globSync } from 'node:fs';
import { InputError } from 'unackd';
import { isStandardInput, STANDARD_INPUT, statsOf } from './open.ts';

const WILDCARD = /[*?[]/u;

function isDirectory(path: string): boolean {
  return statsOf(path)?.isDirectory() ?? false;
}

function matches(pattern: string): readonly string[] {
  // A file may really be called `a[1].pcap`.
  if (!WILDCARD.test(pattern) || existsSync(pattern)) return [pattern];
  const found = globSync(pattern).filter((path) => !isDirectory(path));
  if (found.length === 0) {
    throw new InputError(66, `${pattern}: no file matches; check the pattern`);
  }
  return found.toSorted();
}

/**
 * The files that the patterns name, each once, in the patterns' order and
 * sorted by name within one pattern.
 *
 * @throws InputError 66 for a pattern that matches nothing
 */
export function expandPaths(patterns: readonly string[]): readonly string[] {
  const paths = patterns.flatMap((pattern) =>
    isStandardInput(pattern) ? [STANDARD_INPUT] : matches(pattern),
  );
  if (paths.length === 0) throw new InputError(66, 'no file is named; give one in path');
  return [...new Set(paths)];
}

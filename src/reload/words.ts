/** What a person is told of a reload. */
import type { Changes } from '../engine/changes.ts';
import { clean } from '../face/clean.ts';
import { nearPath } from '../face/near-path.ts';

/** Names of files that a line has room for. */
const NAMES_MOST = 3;

/** `a.ts, b.ts changed` */
export function filesText(files: readonly string[]): string {
  const names = files.slice(0, NAMES_MOST).map((file) => clean(nearPath(file), true));
  const more = files.length > NAMES_MOST ? ` and ${files.length - NAMES_MOST} more` : '';
  return `${names.join(', ')}${more} changed`;
}

/** Faults of a configuration without their drawing; what is none as it is. */
export function linesOf(text: string): string[] {
  const faults = text.split('\n').filter((line) => /^\S+:\d+:\d+ (?:error|warning) /u.test(line));
  return faults.length === 0 ? [text] : faults;
}

/** `changed a; kept b, c` */
export function changesText({ kept, changed, added, removed, retried }: Changes): string {
  const goOn = kept.filter((id) => !retried.includes(id));
  const parts = Object.entries({ changed, added, removed, 'tried again': retried, kept: goOn })
    .filter(([, ids]) => ids.length > 0)
    .map(([word, ids]) => `${word} ${ids.join(', ')}`);
  return parts.join('; ');
}

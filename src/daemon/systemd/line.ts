import { hindrances } from '../state.ts';
import type { Status } from '../state.ts';

/** systemd shows a line of any length; a person reads the beginning. */
const LONGEST = 300;

function count(number: number, one: string, more = `${one}s`): string {
  return `${number} ${number === 1 ? one : more}`;
}

/**
 * How the daemon is, in one line for `systemctl status`.
 * @param refused why the last reload changed nothing; `null` where it did
 */
export function serviceLine(status: Status, refused: string | null): string {
  const { sources, incidents } = status;
  const going = sources.filter(({ state }) => state === 'reading' || state === 'blind').length;
  let attempts = 0;
  for (const source of sources) {
    for (const number of Object.values(source.attempts)) attempts += number;
  }
  const parts = [
    `${count(going, 'source')}, ${count(attempts, 'attempt')}, ${count(incidents.firing, 'incident')} firing`,
    ...hindrances(status),
    ...(refused === null ? [] : [`configuration refused, the old one holds: ${refused}`]),
  ];
  const line = parts.join('; ').replaceAll(/\s+/gu, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line;
}

import { counted } from '../../face/count.ts';
import { hindrances } from '../state.ts';
import type { Status } from '../state.ts';

/** systemd shows a line of any length; a person reads the beginning. */
const LONGEST = 300;

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
    `${counted(going, 'source')}, ${counted(attempts, 'attempt')}, ${counted(incidents.firing, 'incident')} firing`,
    ...hindrances(status),
    ...(refused === null ? [] : [`configuration refused, the old one holds: ${refused}`]),
  ];
  const line = parts.join('; ').replaceAll(/\s+/gu, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line;
}

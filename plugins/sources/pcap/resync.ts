/** Finds the way back into a capture behind a damaged stretch. */
import { isPossibleRecord } from 'unackd';
import type { RecordFormat } from 'unackd';
import { isPlausibleBlock } from './block.ts';
import type { Window } from './window.ts';

/** How far behind the damage a record is looked for; a lost disk or network block is far smaller. */
export const SCAN_LIMIT = 1 << 20;

/** Bytes behind the scanned stretch that a chain of records may be followed into. */
const CHAIN_REACH = 1 << 20;

/** Records in a row that convince. */
const CHAIN = 3;

/** How far from the last good record's time another one may be, in microseconds. */
const DAY = 86_400_000_000;

/** Offset in the buffer, or why there is none. */
export type Found = number | 'short' | 'lost';

/** Bytes to ask for after `short`. */
export function scanNeed(window: Window): number {
  return Math.min(window.length * 2 + 4096, SCAN_LIMIT + CHAIN_REACH);
}

function search(window: Window, check: (at: number) => boolean | 'short'): Found {
  const starved = !window.ended && window.length < SCAN_LIMIT + CHAIN_REACH;
  const last = Math.min(window.start + SCAN_LIMIT, window.end - 1);
  for (let at = window.start + 1; at <= last; at++) {
    const verdict = check(at);
    if (verdict === true) return at;
    if (verdict === 'short' && starved) return 'short';
  }
  return starved ? 'short' : 'lost';
}

/**
 * Looks for three record headers in a row, each possible, within a day of the
 * last good one and not longer than what was on the wire; or for records that
 * end exactly where the file does.
 *
 * @param lastTime microseconds; NaN before the first record
 */
export function findRecord(format: RecordFormat, window: Window, lastTime: number): Found {
  const { view, end, ended } = window;
  const { littleEndian, headerLength } = format;
  return search(window, (start) => {
    let at = start;
    let near = lastTime;
    for (let records = 0; records < CHAIN; records++) {
      if (at === end && ended) return records > 0;
      if (end - at < headerLength) return 'short';
      if (!isPossibleRecord(format, view, at)) return false;
      const time = view.getUint32(at, littleEndian) * 1e6;
      if (Math.abs(time - near) > DAY) return false;
      near = time;
      const length = view.getUint32(at + 8, littleEndian);
      if (length > view.getUint32(at + 12, littleEndian)) return false;
      at += headerLength + length;
    }
    return true;
  });
}

/** Looks for a block of a known type whose two lengths agree. */
export function findBlock(littleEndian: boolean, window: Window): Found {
  return search(window, (at) => isPlausibleBlock(littleEndian, window.view, at, window.end));
}

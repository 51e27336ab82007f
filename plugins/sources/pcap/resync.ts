/** Finds the way back into a capture behind a damaged stretch. */
import { isPossibleRecord } from 'unackd';
import type { RecordFormat } from 'unackd';
import { BLOCK, isPlausibleBlock } from './block.ts';
import type { Window } from './window.ts';

/** How far behind the damage a record is looked for; a lost disk or network block is far smaller. */
export const SCAN_LIMIT = 1 << 20;

/** Bytes behind the scanned stretch that a chain of records may be followed into. */
const CHAIN_REACH = 1 << 20;

/** Records, or blocks, in a row that convince. */
export const CHAIN = 3;

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
      if (!isLikelyRecord(format, view, at, near)) return false;
      near = view.getUint32(at, littleEndian) * 1e6;
      at += headerLength + view.getUint32(at + 8, littleEndian);
    }
    return true;
  });
}

/** Whether a whole record header is possible, within a day of `near`, and of no more than was on the wire. */
export function isLikelyRecord(
  format: RecordFormat,
  view: DataView,
  at: number,
  near: number,
): boolean {
  const { littleEndian } = format;
  if (!isPossibleRecord(format, view, at)) return false;
  if (Math.abs(view.getUint32(at, littleEndian) * 1e6 - near) > DAY) return false;
  return view.getUint32(at + 8, littleEndian) <= view.getUint32(at + 12, littleEndian);
}

/** Looks for blocks of known types whose two lengths agree: so many in a row, or as many as end exactly where the file does. */
export function findBlock(littleEndian: boolean, window: Window, inRow = 1): Found {
  const { view, end, ended } = window;
  return search(window, (start) => {
    let at = start;
    for (let blocks = 0; blocks < inRow; blocks++) {
      if (at === end && ended) return blocks > 0;
      const plausible = isPlausibleBlock(littleEndian, view, at, end);
      if (plausible !== true) return plausible;
      // A section header's own order may be another: it convinces alone.
      if (view.getUint32(at) === BLOCK.sectionHeader) return true;
      at += view.getUint32(at + 4, littleEndian);
    }
    return true;
  });
}

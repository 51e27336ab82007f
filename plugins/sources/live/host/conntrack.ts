/** Connection tracking: a full table drops what would begin a new entry. */
import { readFileSync } from 'node:fs';

export interface Conntrack {
  /** Entries now, and at most. */
  readonly entries: number;
  readonly most: number;
  /**
   * Packets that got no entry since the start; `null` where that may not be read:
   * the file is root's. `dropped`: no room; `failed`: two packets made the same entry.
   */
  readonly lost: { readonly dropped: number; readonly failed: number } | null;
}

export const CONNTRACK_STAT = '/proc/net/stat/nf_conntrack';
const LIMITS = '/proc/sys/net/netfilter/nf_conntrack_';

/** `null` where connections are not tracked: neither is their state then any reason. */
export function readConntrack(): Conntrack | null {
  const entries = numberIn(`${LIMITS}count`);
  const most = numberIn(`${LIMITS}max`);
  return entries === null || most === null ? null : { entries, most, lost: readLost() };
}

function numberIn(path: string): number | null {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** A heading, then a line of hexadecimal columns for each processor. */
function readLost(): Conntrack['lost'] {
  let text: string;
  try {
    text = readFileSync(CONNTRACK_STAT, 'utf8');
  } catch {
    return null;
  }
  const [heading, ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/u));
  const sum = (name: string): number => {
    const column = heading.indexOf(name);
    return column === -1
      ? 0
      : rows.reduce((total, row) => total + Number.parseInt(row[column], 16), 0);
  };
  return { dropped: sum('drop'), failed: sum('insert_failed') };
}

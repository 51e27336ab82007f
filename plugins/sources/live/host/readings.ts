import type { Micros } from 'unackd';
import { readConntrack } from './conntrack.ts';
import type { Conntrack } from './conntrack.ts';
import { readCounters } from './counters.ts';
import type { Counters } from './counters.ts';
import type { DropReasons } from './drop-reasons.ts';
import { readListeners } from './listeners.ts';
import type { Listener } from './listeners.ts';

/** What the kernel tells anybody, at one moment. Half a millisecond's work. */
export interface Reading {
  readonly at: Micros;
  readonly counters: Counters;
  /** `null` where they can't be asked for. */
  readonly listeners: readonly Listener[] | null;
  readonly conntrack: Conntrack | null;
  /** Packets freed, by the kernel's reason; `null` where that is not traced. */
  readonly reasons: Counters | null;
}

/**
 * @param reasons where they are traced
 * @param unreadable is told what could not be read, and what to do
 */
export function takeReading(
  reasons: DropReasons | null,
  unreadable: (what: string, text: string) => void,
): Reading {
  const attempt = <T>(what: string, read: () => T, otherwise: T, remedy: string): T => {
    try {
      return read();
    } catch (error) {
      unreadable(what, `${error instanceof Error ? error.message : String(error)}; ${remedy}`);
      return otherwise;
    }
  };
  const none: Counters = new Map();
  const reading = {
    at: Date.now() * 1000,
    counters: attempt('counters', readCounters, none, 'it takes /proc (systemd: ProcSubset=all)'),
    listeners: attempt(
      'listeners',
      readListeners,
      null,
      'it takes netlink sockets (systemd: RestrictAddressFamilies with AF_NETLINK)',
    ),
    conntrack: readConntrack(),
    reasons: reasons?.read() ?? null,
  };
  if (reading.conntrack !== null && reading.conntrack.lost === null) {
    unreadable('conntrack', NO_CONNTRACK);
  }
  return reading;
}

const NO_CONNTRACK =
  '/proc/net/stat/nf_conntrack is for root (or CAP_DAC_READ_SEARCH): only whether the table is full is seen';

/** How many attempts a second the sqlite sink takes. */
import { hostOf } from '../src/engine/hosts.ts';
import { rmSync } from 'node:fs';
import sqlite from '../plugins/sinks/sqlite/plugin.ts';
import { defaultOptions } from '../src/config/defaults.ts';
import type { Attempt } from '../src/model/attempt.ts';

const START = 1_790_000_000e6;
/** Attempts between two flushes: what a batch of frames brings. */
const BETWEEN_FLUSHES = 500;

function attempt(number: number): Attempt {
  const unanswered = number % 10 === 0;
  const time = START + number * 3600;
  return {
    type: 'attempt',
    time,
    client: { ip: `10.2.${(number >> 8) & 255}.${number & 255}`, port: 1024 + (number % 64_000) },
    server: { ip: `10.1.0.${number % 250}`, port: 443 },
    isn: Math.imul(number, 0x9e37_79b1) >>> 0,
    outcome: unanswered ? 'unanswered' : 'established',
    final: true,
    syns: unanswered ? 3 : 1,
    syn_offsets: unanswered ? [0, 1.019572, 3.035843] : [0],
    schedule: {
      family: unanswered ? 'linux-exponential' : null,
      gave_up: unanswered,
      next_due: null,
    },
    icmp: null,
    answered_after: unanswered ? null : 0.020123,
    vantage: 'client',
    source: 'eth0',
    community_id: `1:${number.toString(36).padStart(27, '0')}=`,
    one_way: false,
    inferred: false,
    hidden_refusal: false,
    at: time + 4e6,
  };
}

export interface Writes {
  /** Attempts written a second, to the last transaction's end. */
  readonly perSecond: number;
  /** And a second of processor time, whatever else the machine does. */
  readonly perProcessorSecond: number;
}

export function sqliteWrites(folder: string, attempts: number): Writes {
  const path = `${folder}/writes.db`;
  const clear = (): void => {
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  };
  clear();
  const options = { ...defaultOptions(sqlite.options), path };
  const sink = sqlite.create(options, {
    ...hostOf('test', () => undefined),
    id: 'history',
    log: () => undefined,
    nameOf: () => undefined,
    ending: new AbortController().signal,
  });
  const start = performance.now();
  const before = process.cpuUsage();
  for (let i = 0; i < attempts; i++) {
    sink.attempt?.(attempt(i));
    if (i % BETWEEN_FLUSHES === 0) void sink.flush?.();
  }
  void sink.close?.();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  clear();
  return { perSecond: attempts / seconds, perProcessorSecond: attempts / ((user + system) / 1e6) };
}

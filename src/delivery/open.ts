import type { ResolvedConfig } from '../config/resolved.ts';
import { openDatabase, outputFault } from '../engine/registry.ts';
import { Delivery } from './delivery.ts';
import type { Log, Wards } from './delivery.ts';
import { Outbox } from './outbox.ts';
import { Remembered } from './remembered.ts';

/** Where a configuration keeps its outbox: the first sqlite sink's database, else `state`, else `null` for memory. */
export function outboxPath(config: Pick<ResolvedConfig, 'sinks' | 'state'>): string | null {
  const sink = config.sinks.find(({ definition }) => definition.name === 'sqlite');
  const path = sink?.options['path'];
  return typeof path === 'string' ? path : config.state;
}

/** Pages in memory: the outbox reads what it wrote a moment ago. */
const PAGE_CACHE = 2 * 1024 * 1024;

/**
 * Pages in the write-ahead log before they go into the database: 1 MiB. Messages
 * come and go; the log that holds their comings and goings must not eat a small disk.
 */
const CHECKPOINT_PAGES = 256;

/**
 * Opens the outbox, with all that an earlier run left in it.
 * @throws OutputError 74, or 77 without permission
 */
export function openDelivery(config: ResolvedConfig, wards: Wards, log: Log): Delivery {
  const path = outboxPath(config);
  // Incidents are few: each is synced, so that a power cut loses none.
  const tell = (text: string): void => log('outbox', 'info', `${path}: ${text}`);
  const tuning = { synchronous: 'full', pageCache: PAGE_CACHE, tell } as const;
  const db = openDatabase(path ?? ':memory:', tuning);
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  const fault = (error: unknown): unknown => outputFault(path ?? 'memory', error);
  try {
    return new Delivery(new Outbox(db, new Remembered(db)), { path, fault }, wards, log);
  } catch (error) {
    db.close();
    throw fault(error);
  }
}

import type { ResolvedConfig } from '../config/resolved.ts';
import { outboxPath } from '../delivery/open.ts';
import { openDatabase, outputFault } from '../engine/registry.ts';
import { Ledger } from '../telling/ledger.ts';

/** A few rows, now and then. */
const PAGE_CACHE = 1024 * 1024;

/** Where a configuration keeps what people say: beside the outbox; `null` for memory. */
export function ledgerPath(config: ResolvedConfig): string | null {
  const path = outboxPath(config);
  return path === ':memory:' ? null : path;
}

/** @throws OutputError 74, or 77 without permission */
export function openLedger(config: ResolvedConfig): Ledger {
  const path = ledgerPath(config);
  if (path === null) return new Ledger(null);
  // What a person said is synced before it is confirmed.
  const db = openDatabase(path, { synchronous: 'full', pageCache: PAGE_CACHE });
  try {
    return new Ledger(db);
  } catch (error) {
    db.close();
    throw outputFault(path, error);
  }
}

import type Database from 'better-sqlite3';

/** Bytes of pages that hold something. */
export function usedBytes(db: Database): number {
  const number = (pragma: string): number => Number(db.pragma(pragma, { simple: true }));
  return (number('page_count') - number('freelist_count')) * number('page_size');
}

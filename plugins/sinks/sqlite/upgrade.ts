/** Brings a database of an older unackd to this one's schema, after a copy of it as it was. */
import type Database from 'better-sqlite3';
import { IN_MEMORY } from './driver.ts';
import { backUp, dropOldBackups } from './backup.ts';
import { MIGRATIONS, versionOf } from './migrations.ts';

/** Told to people: what is being done, and what came of it. */
export type Tell = (text: string) => void;

/**
 * All steps in one transaction, under the write lock: whatever comes between,
 * the database is the old one or the new one. The copy is made first, and
 * within that lock, so that nothing is written behind it.
 * @throws whatever keeps it from being copied or changed; then it is the old one still
 */
export function upgrade(
  db: Database,
  path: string,
  steps = MIGRATIONS,
  tell: Tell = (): void => {},
): void {
  let from = 0;
  const all = db.transaction(() => {
    // Read again under the write lock: another process may have been quicker.
    from = versionOf(db, path, steps);
    if (from >= steps.length) return;
    if (from > 0 && path !== IN_MEMORY) {
      tell(
        `written by an older unackd: schema ${from} is brought to ${steps.length}, after a copy`,
      );
      const copy = backUp(db, path, from);
      tell(`the database as it was: ${copy}`);
    }
    for (const { sql } of steps.slice(from)) db.exec(sql);
    db.pragma(`user_version = ${steps.length}`);
  });
  if (versionOf(db, path, steps) >= steps.length) return;
  all.immediate();
  if (from === 0 || from >= steps.length || path === IN_MEMORY) return;
  tell(`schema ${steps.length} from now on`);
  dropOldBackups(path);
}

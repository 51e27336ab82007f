/**
 * Writes a database as SQL text, for test/upgrade/databases: what a release
 * made, kept for ever. At each release whose schema is new, over a database
 * that its daemon filled:
 *
 *   node test/upgrade/freeze.ts unackd.db > test/upgrade/databases/VERSION.sql
 */
import { loadDriver } from '../../plugins/sinks/sqlite/driver.ts';

/** Rows of a table: they show that rows are kept, no more. */
const ROWS = 3;

function literal(value: string | number | null): string {
  if (value === null) return 'NULL';
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

/** Schema and first rows of a database, such that SQLite makes the same of them again. */
export function freeze(path: string): string {
  const Driver = loadDriver();
  const db = new Driver(path, { readonly: true, fileMustExist: true });
  try {
    const lines: string[] = [];
    for (const pragma of ['application_id', 'user_version']) {
      lines.push(`PRAGMA ${pragma} = ${db.pragma(pragma, { simple: true })};`);
    }
    const objects = db
      .prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY rowid",
      )
      .all();
    for (const { sql } of objects) lines.push(`${sql};`);
    for (const { type, name } of objects) {
      if (type !== 'table') continue;
      for (const row of db.prepare(`SELECT * FROM ${name} LIMIT ${ROWS}`).all()) {
        const values = Object.values(row).map((value) => literal(value));
        lines.push(
          `INSERT INTO ${name} (${Object.keys(row).join(', ')})\n  VALUES (${values.join(', ')});`,
        );
      }
    }
    return `${lines.join('\n')}\n`;
  } finally {
    db.close();
  }
}

if (import.meta.main) process.stdout.write(freeze(process.argv[2]));

/** What is used of better-sqlite3 13, which ships no types of its own. */
declare module 'better-sqlite3' {
  /** What SQLite can hold. Numbers without a fraction go into INTEGER columns as they are. */
  export type Value = string | number | null;
  export type Row = Record<string, Value>;

  export interface Statement {
    run(parameters?: readonly Value[]): { changes: number };
    get(parameters?: readonly Value[]): Row | undefined;
    all(parameters?: readonly Value[]): Row[];
    iterate(parameters?: readonly Value[]): IterableIterator<Row>;
    /** Rows become their first column. */
    pluck(): Statement;
  }

  /** Runs inside BEGIN and COMMIT; an exception rolls back and goes on to the caller. */
  export interface Transaction {
    (): void;
    /** BEGIN IMMEDIATE: takes the write lock at once, so that waiting for it can't fail midway. */
    immediate(): void;
  }

  export interface Options {
    readonly?: boolean;
    fileMustExist?: boolean;
    /** SQLite's busy_timeout in milliseconds. */
    timeout?: number;
  }

  /** Its errors carry SQLite's extended result code as `code`: `SQLITE_FULL`, `SQLITE_IOERR_WRITE`, ... */
  export default class Database {
    constructor(filename: string, options?: Options);
    readonly open: boolean;
    readonly inTransaction: boolean;
    prepare(sql: string): Statement;
    exec(sql: string): this;
    transaction(work: () => void): Transaction;
    pragma(source: string, options: { simple: true }): Value;
    pragma(source: string): Row[];
    close(): this;
  }
}

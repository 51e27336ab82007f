/** Run as a process: brings the database that it is given up, until it is done or killed. */
import { MIGRATIONS } from '../../plugins/sinks/sqlite/migrations.ts';
import { openDatabase } from '../../plugins/sinks/sqlite/open.ts';
import { LATER, LONG } from './old-database.ts';

// A small cache: what the steps change goes to the disk before it is committed.
const tuning = { synchronous: 'normal', pageCache: 64 * 1024 } as const;
openDatabase(process.argv[2], tuning, [...MIGRATIONS, LATER, LONG]).close();

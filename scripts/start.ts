/**
 * The first thing a newcomer sees: runs the daemon once over the bundled
 * captures, then shows what it wrote into its database, and what to try next.
 *
 *     npm start
 *     UNACKD_DB=/tmp/my.db npm start    # into a database of your own, which is added to
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { openHistory } from '../src/engine/registry.ts';
import { pageOf } from '../src/read/page.ts';
import { startPage } from './start-page.ts';

const root = resolve(import.meta.dirname, '..');
const config = 'config/examples/start.yaml';
const ours = resolve(root, 'var/start.db');

/** Runs the daemon; its exit code. */
function runDaemon(database: string): number {
  const { status, error } = spawnSync('bin/unackd', ['run', '--config', config], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, UNACKD_DB: database },
  });
  if (error !== undefined) process.stderr.write(`start: bin/unackd: ${error.message}\n`);
  return status ?? 1;
}

function show(database: string, milliseconds: number): void {
  const history = openHistory(database);
  try {
    const text = startPage(history, pageOf(process.stdout, process.env), {
      database: database === ours ? relative(root, ours) : database,
      config,
      milliseconds,
    });
    process.stdout.write(text);
  } finally {
    history.close();
  }
}

// `npm start | head` has all that it wanted.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  process.exit(code === 'EPIPE' ? 0 : 74);
});

const wanted = process.env['UNACKD_DB'];
const database = wanted ? resolve(wanted) : ours;
// Only what this script made is ever thrown away.
if (database === ours) for (const end of ['', '-wal', '-shm']) rmSync(ours + end, { force: true });

const begin = performance.now();
const status = runDaemon(database);
if (status === 0) show(database, performance.now() - begin);
else process.exitCode = status;

/**
 * Measures what the daemon costs:
 *
 *     npm run bench:daemon -- [--runs 3] [--attempts 1000000] [--endpoints 100000] [--json]
 *
 * The whole of `unackd run`, with the standard analysers and an SQLite
 * database, on an hour of a large site; and the sqlite sink by itself.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { hourFile } from './hour.ts';
import { measure, median, type Run } from './measure.ts';
import { sqliteWrites } from './sqlite-writes.ts';

const root = resolve(import.meta.dirname, '..');
const folder = `${root}/.bench`;
/** What is aimed at: MiB (500 MB) at most, attempts a second at least. */
const goals = { rss: 476, writes: 50_000 };

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    attempts: { type: 'string', default: '1000000' },
    endpoints: { type: 'string', default: '100000' },
    json: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const attempts = Number(values.attempts);
const endpoints = Number(values.endpoints);

function removeDatabase(): void {
  for (const end of ['', '-wal', '-shm', '.lock'])
    rmSync(`${folder}/daemon.db${end}`, { force: true });
}

function runDaemon(capture: string): Run {
  const config = `${folder}/daemon.yaml`;
  writeFileSync(
    config,
    `sources:
  capture: { use: pcap, path: ${JSON.stringify(capture)} }
sinks:
  history: { use: sqlite, path: daemon.db, from: [attempts, endpoints, incidents, notices] }
log: { level: error }
`,
  );
  removeDatabase();
  const run = measure([`${root}/bin/unackd`, 'run', '--config', config]);
  removeDatabase();
  return run;
}

function thousands(value: number): string {
  return `${Math.floor(value / 1000)},000`;
}

function judged(reached: boolean): string {
  return reached ? 'ok' : 'MISSED';
}

if (!(runs >= 1 && attempts >= 1000 && endpoints >= 1)) {
  process.stderr.write('bench: --runs, --attempts (1000 or more) and --endpoints take numbers\n');
  process.exitCode = 2;
} else {
  mkdirSync(folder, { recursive: true });
  const capture = hourFile(folder, attempts, endpoints);
  const daemon = Array.from({ length: runs }, () => runDaemon(capture));
  const rss = Math.max(...daemon.map((run) => run.rss));
  const wall = median(daemon.map((run) => run.wall));
  const cpu = median(daemon.map((run) => run.cpu));
  const sink = Array.from({ length: runs }, () => sqliteWrites(folder, attempts));
  const writes = median(sink.map(({ perSecond }) => perSecond));
  const processor = median(sink.map(({ perProcessorSecond }) => perProcessorSecond));
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ runs, attempts, endpoints, rss, wall, cpu, writes, processor }, null, 2)}\n`
      : `| what | measured | goal |
| --- | --: | --- |
| most memory of \`unackd run\`: ${attempts.toLocaleString('en')} attempts at ${endpoints.toLocaleString('en')} endpoints in an hour, into SQLite | ${rss.toFixed(0)} MiB | below ${goals.rss} MiB, ${judged(rss < goals.rss)} |
| the same as fast as it goes | ${wall.toFixed(1)} s, ${cpu.toFixed(1)} s of processor time | |
| attempts that the sqlite sink writes | ${thousands(writes)} a second, ${thousands(processor)} a second of processor time | over ${goals.writes.toLocaleString('en')}, ${judged(writes > goals.writes)} |
`,
  );
}

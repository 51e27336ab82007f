/** `unackd attempts` and `unackd incidents`, from the command line. */
import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import { needsBuild, parseLines, unackd } from '../support/unackd.ts';
import { Archive, onePort } from './recorded.ts';

const archive = new Archive();
let db = '';

/** Standard output of a call that must succeed and say nothing else. */
function shown(...args: string[]): string {
  const { status, stdout, stderr } = unackd(args);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout;
}

/** A record as text, whatever its source is called. */
function key(line: object): string {
  return JSON.stringify({ ...line, source: 'eth0' });
}

function config(sink: string): string {
  const text = `sources:\n  a: { use: pcap, path: x.pcap }\nsinks:\n  ${sink}\n`;
  return archive.file('some.yaml', text);
}

function refused(status: number, words: RegExp, ...args: string[]): void {
  const found = unackd(args);
  assert.match(found.stderr, words);
  assert.equal(found.stdout, '');
  assert.equal(found.status, status);
}

describe('history: listing', () => {
  before(async function () {
    needsBuild(this);
    db = await archive.record('port', onePort({ kind: 'drop' }));
  });

  after(() => archive.remove());

  describe('attempts', () => {
    it('as records are those that reading the capture gives', () => {
      const looked = parseLines(shown('attempts', '--db', db, '--format', 'jsonl'));
      const read = unackd(['read', '--format', 'jsonl', archive.at('port.pcap')]).stdout;
      assert.deepEqual(
        looked.map(key).toSorted(),
        parseLines(read)
          .filter(({ type }) => type === 'attempt')
          .map(key)
          .toSorted(),
      );
      const times = looked.map(({ time }) => String(time));
      assert.deepEqual(times, times.toSorted());
    });

    it('narrows as read does, and takes the newest', () => {
      const every = ['attempts', '--db', db, '--format', 'jsonl'];
      const silent = parseLines(shown(...every, '--outcome', 'unanswered'));
      assert.ok(silent.length > 20, String(silent.length));
      assert.ok(silent.every(({ outcome }) => outcome === 'unanswered'));
      const newest = parseLines(shown(...every, '--outcome', 'unanswered', '--limit', '3'));
      assert.deepEqual(newest, silent.slice(-3));
      const ports = parseLines(shown(...every, '--port', '8000-8100', '--server', '10.1.0.0/24'));
      const found = new Set(ports.map(({ server }) => JSON.stringify(server)));
      assert.deepEqual(
        found,
        new Set(['{"ip":"10.1.0.1","port":8000}', '{"ip":"10.1.0.1","port":8002}']),
      );
      assert.equal(shown(...every, '--source', 'eth1'), '');
      const span = ['--since', '2026-09-21T14:14:00Z', '--until', '2026-09-21 14:14:30'];
      for (const { time } of parseLines(shown(...every, ...span))) {
        assert.match(String(time), /^2026-09-21T14:14:[012]/u);
      }
    });

    it('as a table has a row each, and says what it leaves out', () => {
      const text = shown('attempts', '--db', db, '--outcome', 'unanswered', '--limit', '2');
      const lines = text.trimEnd().split('\n');
      assert.match(lines[0], /^TIME +CLIENT +SERVER +OUTCOME +SYNS +SCHEDULE +ANSWERED$/u);
      assert.match(
        lines[1],
        /^2026-09-21T14:\d\d:\d\d\.\d{6}Z +10\.2\.\S+ +10\.1\.0\.1:8000 +unanswered +\d/u,
      );
      assert.match(lines[3], /^the newest 2 attempts; .*--limit 0/u);
      assert.equal(lines.length, 4);
      const all = shown('attempts', '--db', db, '--limit', '0').trimEnd().split('\n');
      assert.ok(all.length > 500);
      assert.ok(!all[all.length - 1].startsWith('the newest'));
      assert.equal(
        shown('attempts', '--db', db, '--source', 'eth1'),
        'no attempt matches what was asked for\n',
      );
    });
  });

  describe('incidents', () => {
    it('are told each as it stands', () => {
      const [record, ...others] = parseLines(shown('incidents', '--db', db, '--format', 'jsonl'));
      assert.deepEqual(others, []);
      assert.equal(record['kind'], 'black-hole');
      assert.equal(record['state'], 'resolved');
      const [, row] = shown('incidents', '--db', db).split('\n');
      assert.match(
        row,
        /^[0-9a-f]{16} +resolved +black-hole +10\.1\.0\.1:8000 +2026-09-21T14:14:/u,
      );
      assert.match(row, / (?:59|60)\.?\d* s .* 99\.\d+ % .*dropped-at-server \d\d %$/u);
    });

    it('narrow by state, kind, place and time', () => {
      const count = (...args: string[]) =>
        parseLines(shown('incidents', '--db', db, '--format', 'jsonl', ...args)).length;
      assert.equal(count('--state', 'resolved', '--kind', 'black-hole'), 1);
      assert.equal(count('--state', 'firing'), 0);
      assert.equal(count('--kind', 'refusing'), 0);
      assert.equal(count('--server', '10.1.0.0/24', '--port', '8000'), 1);
      assert.equal(count('--server', '10.1.0.2'), 0);
      assert.equal(count('--since', '2026-09-21T14:15:00Z'), 1, 'it lasted until later');
      assert.equal(count('--since', '2026-09-21T14:15:30Z'), 0);
      assert.equal(count('--until', '2026-09-21T14:14:00Z'), 0);
      assert.equal(
        shown('incidents', '--db', db, '--state', 'firing'),
        'no incident matches what was asked for\n',
      );
    });
  });

  describe('the database', () => {
    it("is that of a configuration's sqlite sink", () => {
      const file = config('history: { use: sqlite, path: port.db, from: [attempts] }');
      assert.equal(shown('attempts', '-c', file), shown('attempts', '--db', db));
    });

    it('that has nothing says why', () => {
      const file = config('history: { use: sqlite, path: none.db, from: [attempts] }');
      refused(66, /none\.db: no such database: a sqlite sink/u, 'incidents', '-c', file);
      archive.file('x.pcap', Buffer.from('1MOyoQIABAAAAAAAAAAAAAAABAABAAAA', 'base64'));
      assert.equal(unackd(['run', '-c', file]).status, 0);
      assert.match(
        shown('incidents', '-c', file),
        /^no incidents in .*none\.db: its sqlite sink gets no incidents, so add incidents to/u,
      );
    });

    it('must be named, and be ours', () => {
      refused(2, /name the database \(--db FILE\), or the configuration/u, 'attempts');
      refused(2, /not both/u, 'incidents', '--db', db, '--config', 'x.yaml');
      refused(66, /no such database/u, 'attempts', '--db', archive.at('not.db'));
      const text = archive.file('text.db', 'x'.repeat(4096));
      const mend = 'name the one that a sqlite sink writes, with --db FILE, or that';
      refused(65, new RegExp(`is not an SQLite database: ${mend}`, 'u'), 'incidents', '--db', text);
      const other = archive.at('other.db');
      new Database(other).exec('CREATE TABLE bookmarks (url)').close();
      refused(65, new RegExp(`application's database: ${mend}`, 'u'), 'attempts', '--db', other);
      const none = config("out: { use: jsonl, path: '-' }");
      refused(78, /some\.yaml has no sqlite sink.*add one under 'sinks'/u, 'attempts', '-c', none);
    });

    it('is asked for times that can be read', () => {
      const wrong = ['attempts', '--db', db];
      refused(2, /--since wants a time such as .*, not 'noon'/u, ...wrong, '--since', 'noon');
      refused(2, /--until wants/u, ...wrong, '--until', '2026-13-01');
      refused(
        2,
        /--since 2026-09-22 is not before --until 2026-09-21/u,
        ...wrong,
        '--since',
        '2026-09-22',
        '--until',
        '2026-09-21',
      );
      refused(2, /--server wants an address/u, ...wrong, '--server', 'localhost');
    });
  });
});

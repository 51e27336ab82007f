import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { JsonRecord } from '../support/read-records.ts';
import { CAPTURES, Folder, needsBuild, parseLines, unackd } from '../support/unackd.ts';
import { simulated } from './captures.ts';

interface End {
  readonly ip: string;
  readonly port: number;
}

const blackHole = join(CAPTURES, 'black-hole.pcap');

/** Records of attempts and endpoints. */
function read(...args: string[]): JsonRecord[] {
  const { status, stdout, stderr } = unackd(['read', '--format', 'jsonl', ...args]);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return parseLines(stdout).filter(({ type }) => type === 'attempt' || type === 'endpoint');
}

const server = (record: JsonRecord): End => record['server'] as End;

const counts = (r: JsonRecord): Record<string, number> => r['attempts'] as Record<string, number>;

const drawn = (...args: string[]): string[] =>
  unackd(['read', '--ladder', ...args, blackHole])
    .stdout.split('\n')
    .filter((line) => /^ {2}[a-z-]+: /u.test(line) && !/^ {2}(?:causes|settle): /u.test(line));

const rows = (...args: string[]): number =>
  (unackd(['read', ...args, blackHole]).stdout.match(/^10\.1\.0\.1:/gmu) ?? []).length;

/** All records, and those that a filter of ours leaves. */
function same(args: readonly string[], path: string, keep: (record: JsonRecord) => boolean): void {
  const expected = read(path).filter((record) => keep(record));
  assert.deepEqual(read(...args, path), expected);
  assert.ok(expected.length > 0, args.join(' '));
  assert.ok(expected.length < read(path).length, args.join(' '));
}

describe('read: what is asked for', () => {
  const folder = new Folder();
  let v6 = '';
  before(function () {
    needsBuild(this);
    v6 = folder.file('ipv6.pcapng', simulated('ipv6'));
  });
  after(() => folder.remove());

  it('--port: one, several, ranges', () => {
    same(['--port', '443'], blackHole, (r) => server(r).port === 443);
    same(['--port', '443', '--port', '8002'], blackHole, (r) => server(r).port !== 8000);
    same(['--port=8000-8100'], blackHole, (r) => server(r).port >= 8000);
    assert.deepEqual(read('--port', '1-442', blackHole), []);
    assert.deepEqual(read('--port', '0-65535', blackHole), read(blackHole));
  });

  it('--server: addresses, networks, IPv6 with and without brackets', () => {
    const all = read(v6);
    const servers = [...new Set(all.map((r) => server(r).ip))].toSorted();
    const six = servers.find((ip) => ip.includes(':')) ?? '';
    assert.notEqual(six, '');
    same(['--server', six], v6, (r) => server(r).ip === six);
    same(['--server', `[${six}]`], v6, (r) => server(r).ip === six);
    same(['--server', six.toUpperCase()], v6, (r) => server(r).ip === six);
    assert.deepEqual(
      read('--server', '::/0', v6),
      all.filter((r) => server(r).ip.includes(':')),
    );
    assert.deepEqual(read('--server', '::/0', '--server', '0.0.0.0/0', v6), all);
    assert.deepEqual(read('--server', '10.1.0.0/24', blackHole), read(blackHole));
    assert.deepEqual(read('--server', '10.1.0.1', blackHole), read(blackHole));
    assert.deepEqual(read('--server', '10.1.0.2/31', blackHole), []);
    assert.deepEqual(read('--server', '10.2.0.0/16', blackHole), [], 'clients are no servers');
  });

  it('--outcome: attempts of it, and endpoints that have some', () => {
    same(['--outcome', 'unanswered'], blackHole, (r) =>
      r['type'] === 'attempt' ? r['outcome'] === 'unanswered' : counts(r)['unanswered'] > 0,
    );
    same(
      ['--outcome', 'established', '--port', '8000', '--server', '10.1.0.0/16'],
      blackHole,
      (r) =>
        r['type'] === 'attempt'
          ? r['outcome'] === 'established' && server(r).port === 8000
          : server(r).port === 8000,
    );
    assert.deepEqual(read('--outcome', 'refused', blackHole), []);
  });

  it('wrong values: 2, in one line, before anything is read', () => {
    const lines: readonly [args: string[], line: RegExp][] = [
      [['--server', 'nonsense'], /--server wants an address or a network .*, not 'nonsense'/u],
      [['--server', '10.1'], /not '10\.1'/u],
      [['--server', '10.0.0.0/33'], /not '10\.0\.0\.0\/33'/u],
      [['--server', '10.0.0.1:80'], /the port goes to --port/u],
      [['--server', '[::1]:80'], /the port goes to --port/u],
      [['--server', ''], /not ''/u],
      [['--port', '99999'], /--port wants a number up to 65535 or a range .*, not '99999'/u],
      [['--port', '80-70'], /not '80-70'/u],
      [['--port', 'http'], /not 'http'/u],
      [['--port', '-1'], /not '-1'/u],
      [['--limit', '-1'], /--limit wants a whole number from 0 up, not '-1'/u],
      [['--limit=-1'], /--limit wants a whole number from 0 up, not '-1'/u],
      [['--limit', 'ten'], /--limit wants a whole number, not 'ten'/u],
      [['--limit'], /--limit wants a value/u],
      [['--outcome', 'unanswerd'], /--outcome can't be 'unanswerd'; did you mean 'unanswered'\?/u],
      [['--fail-on', 'silnet'], /--fail-on can't be 'silnet'; did you mean 'silent'\?/u],
      [['--vantage', 'moon'], /it is one of: auto, client, server, both, middle, unknown/u],
      [['--format', 'jsnol'], /did you mean 'jsonl'\?/u],
      [['--ladder=3'], /--ladder takes no value/u],
      [['--fromat', 'json'], /no option '--fromat'; did you mean '--format'\?/u],
      [['--no-progres'], /did you mean '--no-progress'\?/u],
      [['-x'], /no option '-x'/u],
      [[''], /a file name is empty; is a variable not set\?/u],
    ];
    for (const [args, line] of lines) {
      const { status, stdout, stderr } = unackd(['read', 'missing.pcap', ...args]);
      assert.match(stderr, /^unackd: [^\n]+\n$/u);
      assert.match(stderr, line);
      assert.equal(stdout, '');
      assert.equal(status, 2, args.join(' '));
    }
    const none = unackd(['read'], { input: 'a name that nobody should read' });
    assert.match(none.stderr, /^unackd: no FILES given: .* \(see `unackd read --help`\)\n$/u);
    assert.equal(none.status, 2);
  });

  it('--fail-on: 1 if it is among what is shown', () => {
    const cases: readonly [args: string[], exitCode: number][] = [
      [['--fail-on', 'unanswered'], 1],
      [['--fail-on', 'refused'], 0],
      [['--fail-on', 'refused', '--fail-on', 'unanswered'], 1],
      [['--fail-on', 'silent'], 0],
      [['--fail-on', 'healthy'], 1],
      [['--fail-on', 'healthy', '--port', '8000'], 0],
      [['--fail-on', 'unanswered', '--server', '10.9.9.9'], 0],
      [['--fail-on', 'unanswered', '--outcome', 'established'], 0],
    ];
    for (const [i, [args, exitCode]] of cases.entries()) {
      const format = ['text', 'json', 'jsonl'][i % 3];
      const { status, stderr } = unackd(['read', '--format', format, ...args, blackHole]);
      assert.equal(status, exitCode, args.join(' '));
      assert.equal(stderr, '');
    }
    assert.equal(unackd(['read', '--fail-on', 'unanswered', 'missing.pcap']).status, 66);
  });

  it('says where nothing matches', () => {
    const { status, stdout } = unackd(['read', '--port', '9', blackHole]);
    assert.match(stdout, /^no endpoint matches what was asked for\n/u);
    assert.match(stdout, /attempts at 3 endpoints/u);
    assert.equal(status, 0);
  });

  it('--vantage: as stated', () => {
    for (const vantage of ['client', 'server', 'both', 'middle', 'unknown']) {
      const attempts = read('--vantage', vantage, blackHole).filter((r) => r['type'] === 'attempt');
      assert.deepEqual([...new Set(attempts.map((r) => r['vantage']))], [vantage]);
    }
    assert.deepEqual(read('--vantage', 'auto', blackHole), read(blackHole));
  });

  it('--ladder: draws typical handshakes, failures first', () => {
    const some = drawn();
    assert.ok(some.length > 2 && some.length <= 10, some.join('\n'));
    assert.match(some[0], /^ {2}unanswered: /u);
    assert.match(some.at(-1) ?? '', /^ {2}established: /u);
    assert.equal(drawn('--limit', '1').length, 1);
    const one = drawn('--port', '443', '--outcome', 'established');
    assert.ok(one.length > 0);
    for (const line of one) assert.match(line, /^ {2}established: /u);
    assert.deepEqual(drawn('--port', '9'), []);
  });

  it('--limit: rows of the table; 0 is all', () => {
    assert.equal(rows(), 3);
    assert.equal(rows('--limit', '1'), 1);
    assert.equal(rows('--limit', '0'), 3);
  });
});

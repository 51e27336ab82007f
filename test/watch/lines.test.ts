import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CAPTURES, needsBuild, parseLines, unackd, UNACKD } from '../support/unackd.ts';
import type { JsonRecord } from '../support/read-records.ts';

const blackHole = join(CAPTURES, 'black-hole.pcap');

/** The last record on each endpoint. */
function endpoints(records: readonly JsonRecord[]): Map<string, JsonRecord> {
  const latest = new Map<string, JsonRecord>();
  for (const record of records) {
    if (record['type'] === 'endpoint') latest.set(JSON.stringify(record['server']), record);
  }
  return latest;
}

describe('watch in a pipe', () => {
  before(function () {
    needsBuild(this);
  });

  for (const name of readdirSync(CAPTURES).filter((file) => file.endsWith('.pcap'))) {
    it(`${name}: the last word on each endpoint is what read says`, () => {
      const path = join(CAPTURES, name);
      const watched = unackd(['watch', '--read', path, '--speed', '0', '--format', 'jsonl']);
      assert.equal(watched.status, 0, watched.stderr);
      const summary = unackd(['read', '--summary', '--format', 'jsonl', path]);
      const expected = endpoints(parseLines(summary.stdout));
      assert.deepEqual(endpoints(parseLines(watched.stdout)), expected);
      assert.ok(expected.size > 0);
    });
  }

  it('a line a change of verdict and incident, in the order of what happened', async () => {
    const child = spawn(UNACKD, ['watch', '--read', blackHole, '--speed', '100']);
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    const { promise, resolve } = Promise.withResolvers<number | null>();
    child.once('close', resolve);
    assert.equal(await promise, 0);
    const told = shown
      .split('\n')
      .filter((line) => line.includes('10.1.0.1:8000'))
      .map((line) => line.replaceAll(/\[\w+\]|\S+Z ?/gu, '').trim());
    assert.deepEqual(told.slice(-4), [
      'incident black-hole at 10.1.0.1:8000 since',
      'endpoint 10.1.0.1:8000 black-holing, was lossy',
      'incident resolved: black-hole at 10.1.0.1:8000 since until',
      'endpoint 10.1.0.1:8000 lossy, was black-holing',
    ]);
  });

  it('SIGINT and SIGTERM end it with 0, within a second', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const child = spawn(UNACKD, ['watch', '--read', blackHole, '--speed', '1']);
      const begun = Promise.withResolvers<void>();
      child.stdout.once('data', () => begun.resolve());
      await begun.promise;
      const asked = performance.now();
      child.kill(signal);
      const { promise, resolve } = Promise.withResolvers<number | null>();
      child.once('close', resolve);
      assert.equal(await promise, 0);
      assert.ok(performance.now() - asked < 1000);
    }
  });

  it('a reader that goes ends it quietly', async () => {
    const child = spawn('bash', [
      '-c',
      '"$1" watch --read "$2" --speed 50 | head -1',
      'bash',
      UNACKD,
      blackHole,
    ]);
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    const { promise, resolve } = Promise.withResolvers<number | null>();
    child.once('close', resolve);
    assert.equal(await promise, 0);
    assert.match(shown, /^\S+Z endpoint \S+ healthy\n$/u);
  });

  const wrong: readonly (readonly [args: readonly string[], status: number, says: RegExp])[] = [
    [['--speed', '3'], 2, /--speed goes with --read only/u],
    [['--read', blackHole, '--speed', 'fast'], 2, /--speed wants a number from 0 up, not 'fast'/u],
    [['--read', blackHole, '-i', 'lo'], 2, /--read and --interface don't go together/u],
    [['--read', '/nowhere.pcap'], 66, /no such file/u],
    [['-i', 'a/b'], 2, /'a\/b' can't be the name of an interface/u],
    [['--format', 'xml'], 2, /--format can't be 'xml'/u],
  ];
  for (const [args, status, says] of wrong) {
    it(`watch ${args.join(' ')}: says what is wrong`, () => {
      const result = unackd(['watch', ...args]);
      assert.equal(result.status, status, result.stderr);
      assert.match(result.stderr, says);
      assert.equal(result.stderr.trimEnd().split('\n').length, 1);
    });
  }
});

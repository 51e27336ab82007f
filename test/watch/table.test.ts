import assert from 'node:assert/strict';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { columnsOf } from '../../src/face/columns.ts';
import { needs } from '../support/needs.ts';
import { CAPTURES, needsBuild, shell } from '../support/unackd.ts';
import { ESCAPE, play, screenOf } from './terminal.ts';
import type { Played, Step } from './terminal.ts';

const ENTER = `${ESCAPE}[?1049h`;
const LEAVE = `${ESCAPE}[?1049l`;

const blackHole = ['watch', '--read', join(CAPTURES, 'black-hole.pcap')];
/** Everything is there at once; then it stands. */
const still = [...blackHole, '--speed', '0'];

function whole({ parts }: Played): string {
  return parts.map(({ shown }) => shown).join('');
}

/** It gave the terminal back as it was, and nothing went wrong. */
function checkLeft(played: Played, code = 0): void {
  assert.equal(played.problem, null, whole(played));
  assert.equal(played.code, code, whole(played));
  assert.ok(played.restored, 'the settings of the terminal are as before');
  const shown = whole(played);
  assert.ok(shown.lastIndexOf(LEAVE) > shown.lastIndexOf(ENTER), 'the screen is as before');
  assert.ok(shown.lastIndexOf(`${ESCAPE}[?25h`) > shown.lastIndexOf(`${ESCAPE}[?25l`));
}

describe('watch on a terminal', function () {
  this.timeout(20_000);

  before(function () {
    needsBuild(this);
    needs(this, shell('python3 -c "import pty"').status === 0, 'no python3 for a terminal');
  });

  for (const columns of [40, 57, 80, 120, 200]) {
    it(`${columns} columns: each endpoint has its line, and none is wider`, () => {
      const played = play(still, { columns, rows: 20 }, [
        ['wait', '10.1.0.1:443'],
        ['wait', 'at its end'],
        ['mark'],
        ['type', '\r'],
        ['wait', 'attempts:'],
        ['mark'],
        ['type', 'q'],
      ]);
      checkLeft(played);
      const [table, endpoint] = played.parts;
      const lines = screenOf(table.shown, 20).map((line) => stripVTControlCharacters(line));
      assert.match(lines[1], /^ SERVER +VERDICT/u);
      assert.match(lines[3], /^>10\.1\.0\.1:8000 +lossy/u);
      assert.equal(lines.filter((line) => /^[ >]10\.1\.0\.1:/u.test(line)).length, 3);
      for (const part of [table, endpoint]) {
        for (const line of screenOf(part.shown, 20)) {
          assert.ok(columnsOf(stripVTControlCharacters(line)) <= columns, line);
        }
      }
    });
  }

  const ways: readonly (readonly [way: string, step: Step])[] = [
    ['q', ['type', 'q']],
    ['Ctrl-C', ['type', '\u0003']],
    ['SIGTERM', ['signal', 'SIGTERM']],
    ['SIGINT', ['signal', 'SIGINT']],
  ];
  for (const [way, step] of ways) {
    it(`${way} ends it and gives the terminal back, also at the end of the file`, () => {
      for (const args of [[...blackHole, '--speed', '1'], still]) {
        const played = play(args, {}, [['wait', '10.1.0.1'], step]);
        checkLeft(played);
        assert.match(played.parts.at(-1)!.shown, /\d endpoints?(?:: 1 lossy)?\r\n$/u);
      }
    });
  }

  it('Ctrl-Z gives the terminal back; fg goes on', () => {
    for (const stop of [
      ['type', '\u001a'],
      ['signal', 'SIGTSTP'],
    ] as const) {
      const played = play(still, {}, [
        ['wait', 'at its end'],
        stop,
        ['stopped'],
        ['signal', 'SIGCONT'],
        ['wait', '10.1.0.1:443'],
        ['type', 'q'],
      ]);
      checkLeft(played);
      const [stopped, resumed] = played.parts;
      assert.ok(stopped.shown.includes(LEAVE));
      assert.equal(stopped.restored, true);
      assert.ok(resumed.shown.startsWith(ENTER));
    }
  });

  it('follows the size of the terminal', () => {
    const played = play(still, { columns: 120, rows: 30 }, [
      ['wait', 'at its end'],
      ['mark'],
      ['size', 44, 10],
      ['wait', '10.1.0.1:443'],
      ['mark'],
      ['type', 'q'],
    ]);
    checkLeft(played);
    const lines = screenOf(played.parts[1].shown, 10).map((line) => stripVTControlCharacters(line));
    assert.match(lines[9], /^q quit/u);
    for (const line of lines) assert.ok(columnsOf(line) <= 44, line);
  });

  it('sorts, filters and pauses', () => {
    const played = play(still, {}, [
      ['wait', 'at its end'],
      ['type', 'sss'],
      ['wait', 'sorted by server'],
      ['mark'],
      ['type', '/80 heal'],
      ['wait', "1 with '80 heal'"],
      ['mark'],
      ['type', '\r'],
      ['type', 'p'],
      ['wait', 'paused'],
      ['mark'],
      ['type', '?'],
      ['wait', 'any key goes back'],
      ['type', 'xq'],
    ]);
    checkLeft(played);
    const screens = [1, 2].map((count) =>
      screenOf(
        played.parts
          .slice(0, count)
          .map(({ shown }) => shown)
          .join(''),
        24,
      ).map((line) => stripVTControlCharacters(line)),
    );
    const [sorted, filtered] = screens;
    assert.deepEqual(
      sorted.slice(3, 6).map((line) => /:\d+/u.exec(line)?.[0]),
      [':443', ':8000', ':8002'],
    );
    assert.match(filtered[3], /10\.1\.0\.1:8002/u);
    assert.equal(filtered[4], '');
  });

  it('an open endpoint shows its handshakes as they come', () => {
    const played = play([...blackHole, '--speed', '30'], { rows: 50, columns: 100 }, [
      ['wait', 'black-holing'],
      ['type', '\r'],
      ['wait', 'has swallowed every SYN'],
      ['wait', 'SYN seq'],
      ['wait', 'no answer to 2 SYNs'],
      ['type', 'p'],
      ['wait', 'paused'],
      ['mark'],
      ['sleep', 1],
      ['mark'],
      ['type', 'p'],
      ['type', `${ESCAPE}[D`],
      ['wait', 'SERVER'],
      ['type', 'q'],
    ]);
    checkLeft(played);
    // Paused, nothing moves but the heading.
    assert.doesNotMatch(played.parts[1].shown, /SYN/u);
  });

  it('NO_COLOR and LANG=C: no colour, nothing but ASCII', () => {
    const script: readonly Step[] = [
      ['wait', 'at its end'],
      ['type', '\r'],
      ['wait', 'attempts:'],
      ['type', 'q'],
    ];
    assert.ok(whole(play(still, {}, script)).includes(`${ESCAPE}[33m`));
    const env = { NO_COLOR: '1', LC_ALL: '', LC_CTYPE: '', LANG: 'C', PYTHONCOERCECLOCALE: '0' };
    const played = play(still, {}, script, env);
    checkLeft(played);
    assert.doesNotMatch(whole(played), new RegExp(`${ESCAPE}\\[\\d+m`, 'u'));
    assert.ok(Buffer.from(whole(played)).every((byte) => byte < 0x80));
  });

  it('a dumb terminal gets lines', () => {
    const played = play(still, {}, [['wait', 'endpoint 10.1.0.1:443 healthy']], { TERM: 'dumb' });
    assert.equal(played.code, 0);
    assert.ok(!whole(played).includes(ESCAPE));
  });

  it('a crash gives the terminal back before it says what went wrong', () => {
    const crash = 'setTimeout(() => { throw new Error("boom"); }, 1500)';
    const script: readonly Step[] = [
      ['wait', 'at its end'],
      ['sleep', 2],
    ];
    const played = play(still, {}, script, {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
    });
    checkLeft(played, 70);
    const shown = whole(played);
    assert.ok(shown.indexOf('unackd: internal error: boom') > shown.lastIndexOf(LEAVE), shown);
  });

  it('what fails is said on the plain terminal', () => {
    const played = play(['watch', '--read', '/nowhere.pcap'], {}, []);
    assert.equal(played.code, 66);
    assert.equal(whole(played), 'unackd: /nowhere.pcap: no such file; check the path\r\n');
  });
});

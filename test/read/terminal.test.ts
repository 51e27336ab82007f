import assert from 'node:assert/strict';
import { linkSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { needs } from '../support/needs.ts';
import { CAPTURES, Folder, needsBuild, shell, unackd } from '../support/unackd.ts';
import { floodOf } from './flood.ts';
import { onTerminal } from './terminal.ts';

const ESCAPE = '\u001B';
const HIDE_CURSOR = `${ESCAPE}[?25l`;
const SHOW_CURSOR = `${ESCAPE}[?25h`;

/** Nothing that switches colour, bar or characters off, unless a test does. */
const PLAIN = { NO_COLOR: '', TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' };

/** What 1.6 seconds of reading show. */
function show(
  args: readonly string[],
  streams: 'stdout' | 'stderr' | 'stdout,stderr',
  columns = 80,
  env: Record<string, string> = {},
): string {
  return onTerminal(['read', ...args], {
    columns,
    streams,
    stopAfter: 1.6,
    env: { ...PLAIN, ...env },
  }).stdout;
}

describe('read on a terminal', () => {
  const folder = new Folder();
  const blackHole = join(CAPTURES, 'black-hole.pcap');
  let long: readonly string[] = [];
  before(function () {
    needsBuild(this);
    needs(this, shell('python3 -c "import pty"').status === 0, 'no python3 for a terminal');
    // 16 million SYNs: seconds of work, of which the first are enough.
    const path = folder.file('long.pcap', floodOf(400_000, 10));
    long = Array.from({ length: 40 }, (_, i) => `${path}.${i}`);
    for (const link of long) linkSync(path, link);
  });
  after(() => folder.remove());

  for (const columns of [40, 60, 80, 200]) {
    it(`${columns} columns: no line is longer`, () => {
      for (const args of [['read'], ['read', '--ladder', '--limit', '2']]) {
        const { stdout, status } = onTerminal([...args, blackHole], {
          columns,
          streams: 'stdout',
          env: PLAIN,
        });
        assert.equal(status, 0);
        const lines = stripVTControlCharacters(stdout).split('\n');
        const longest = lines.reduce((a, b) => (b.length > a.length ? b : a));
        assert.ok(longest.length <= columns, `${longest.length}: ${longest}`);
        assert.match(stdout, /10\.1\.0\.1:8000/u);
      }
    });
  }

  it('colours, unless NO_COLOR or TERM=dumb forbid them', () => {
    const shown = (env: Record<string, string>): string =>
      onTerminal(['read', blackHole], {
        columns: 100,
        streams: 'stdout',
        env: { ...PLAIN, ...env },
      }).stdout;
    const coloured = shown({});
    assert.ok(coloured.includes(`${ESCAPE}[3`));
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const plain = shown(env);
      assert.ok(!plain.includes(ESCAPE));
      assert.equal(plain, stripVTControlCharacters(coloured));
    }
    assert.ok(!unackd(['read', blackHole], { env: PLAIN }).stdout.includes(ESCAPE));
  });

  it('LANG=C: nothing but ASCII', () => {
    // Python would make the C locale UTF-8 (PEP 538).
    const env = { ...PLAIN, LC_ALL: '', LC_CTYPE: '', LANG: 'C', PYTHONCOERCECLOCALE: '0' };
    for (const args of [['read'], ['read', '--ladder']]) {
      const { stdout } = onTerminal([...args, blackHole], { columns: 80, streams: 'stdout', env });
      assert.ok(Buffer.from(stdout).every((byte) => byte < 0x80));
    }
  });

  describe('progress', () => {
    it('a bar on standard error, gone and with its cursor back when interrupted', () => {
      const shown = show(long, 'stderr');
      assert.match(shown, /\[#+\.+\] +\d+ % .*B\/s, .* packets, .* left/u);
      assert.ok(shown.includes(HIDE_CURSOR));
      assert.ok(shown.lastIndexOf(SHOW_CURSOR) > shown.lastIndexOf(HIDE_CURSOR));
    });

    for (const columns of [40, 200]) {
      it(`fits in ${columns} columns`, () => {
        const shown = show(long, 'stderr', columns);
        assert.match(shown, /\d+ %/u);
        for (const line of shown.split(ESCAPE)) {
          const text = stripVTControlCharacters(`${ESCAPE}${line}`);
          assert.ok(text.length < columns, text);
        }
      });
    }

    it('none with --no-progress, on a dumb terminal, or elsewhere than on standard error', () => {
      assert.equal(show(['--no-progress', ...long], 'stderr'), '');
      assert.equal(show(long, 'stderr', 80, { TERM: 'dumb' }), '');
      assert.equal(show(long, 'stdout'), '');
    });

    it('none for work that is done at once', () => {
      const { stdout } = onTerminal(['read', blackHole], {
        columns: 80,
        streams: 'stderr',
        env: PLAIN,
      });
      assert.equal(stdout, '');
    });
  });
});

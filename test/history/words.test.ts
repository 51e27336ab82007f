import assert from 'node:assert/strict';
import { columnsOf } from '../../src/face/columns.ts';
import type { Sheet } from '../../src/face/page.ts';
import { Table } from '../../src/face/table.ts';
import { findById, shortener } from '../../src/history/ids.ts';
import { parseWhen } from '../../src/history/when.ts';

function sheet(width: number): Sheet {
  return { width, colour: false, unicode: false };
}

describe('history: times', () => {
  const NOW = 1_790_000_000_000_000;
  const when = (text: string) => parseWhen('--since', text, NOW);

  it('are moments, days, or so long ago', () => {
    assert.equal(when('2026-09-21T14:13:20Z'), NOW);
    assert.equal(when('2026-09-21 14:13:20.25'), NOW + 250_000);
    assert.equal(when('2026-09-21T14:13:20.0000019Z'), NOW + 1);
    assert.equal(when('2026-09-21T16:13:20+02:00'), NOW);
    assert.equal(when('2026-09-21 14:13'), NOW - 20_000_000);
    assert.equal(when('2026-09-21'), NOW - (14 * 3600 + 13 * 60 + 20) * 1e6);
    assert.equal(when('2h'), NOW - 7_200_000_000);
    assert.equal(when('-90s'), NOW - 90_000_000);
  });

  it('that are none are refused', () => {
    for (const text of ['', 'now', '2026', '2026-02-30T99:00Z', '14:13', '1e3', '2026-13-01'])
      assert.throws(() => when(text), /--since wants a time such as/u, text);
  });
});

describe('history: ids', () => {
  it('are as short as they can be', () => {
    const short = shortener(['aaaaaaaaaa000000', 'aaaaaaaaab000000', 'bbbbbbbbbb000000']);
    assert.equal(short('aaaaaaaaab000000'), 'aaaaaaaaab');
    assert.equal(shortener(['0123456789'])('0123456789'), '01234567');
  });

  it('are found by their beginning, else by what is spelt alike', () => {
    const all = ['abcd1234', 'abce1234', 'ffff0000'].map((id) => ({ id }));
    assert.deepEqual(findById('abcd1234', all), { one: all[0] });
    assert.deepEqual(findById('ABCE', all), { one: all[1] });
    assert.deepEqual(findById('abc', all), { several: [all[0], all[1]] });
    assert.deepEqual(findById('fff1', all), { nearest: [all[2], all[0], all[1]] });
    assert.deepEqual(findById('', all), { nearest: all });
    assert.deepEqual(findById('x', []), { nearest: [] });
  });
});

describe('face: table', () => {
  const columns = [
    { title: 'WHAT', yields: 0 },
    { title: 'COUNT', right: true, yields: 1 },
    { title: 'WHY', yields: 2, beneath: 'because of' },
  ];
  const rows = [
    ['one thing', '7', 'a reason that is long'],
    ['two', '12', ''],
  ];

  it('gives up columns one after the other, and says beneath what must not be lost', () => {
    assert.deepEqual(new Table(columns, sheet(0)).lines(rows), [
      'WHAT       COUNT  WHY',
      'one thing      7  a reason that is long',
      'two           12',
    ]);
    assert.deepEqual(new Table(columns, sheet(32)).lines(rows), [
      'WHAT       COUNT',
      '----------------',
      'one thing      7',
      '  because of a reason that is',
      '    long',
      'two           12',
    ]);
    for (const width of [32, 36, 40, 41, 80]) {
      for (const line of new Table(columns, sheet(width)).lines(rows))
        assert.ok(columnsOf(line) <= width, line);
    }
  });

  it('goes on in blocks, with titles again where a column had to go', () => {
    const table = new Table(columns, sheet(36));
    table.lines([['a', '1', 'b']]);
    assert.deepEqual(table.lines([['a', '2', 'c']]), ['a         2  c']);
    const [title] = table.lines(rows);
    assert.equal(title, 'WHAT       COUNT');
  });

  it('lets no text steer the terminal', () => {
    const [, row] = new Table(columns, sheet(0)).lines([['a\u001b[2Jb', '1', '\u202ec']]);
    assert.equal(row, 'a[2Jb      1  c');
  });
});

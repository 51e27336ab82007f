import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { addressSortKey, formatAddress } from '../../src/face/address.ts';
import { clean } from '../../src/face/clean.ts';
import { formatSpan } from '../../src/face/clock.ts';
import { columnsOf, cutToColumns, splitAtColumn } from '../../src/face/columns.ts';
import { foldLines, glueUnits, wrapText } from '../../src/face/wrap.ts';
import { START } from './samples.ts';

describe('text for a terminal', () => {
  it('cannot be made to control the terminal', () => {
    assert.equal(clean('a\u001b[2Jb\u009b1mc\u0007\u007f', true), 'a[2Jb1mc');
    assert.equal(clean('gpj.\u202etpircs\u2066\u200b\ufeff', true), 'gpj.tpircs');
    assert.equal(clean('one\r\n\ttwo\u2028three\u00a0four', true), 'one two three four');
    assert.equal(clean('lone \ud800 half', true), 'lone  half');
  });

  it('is ASCII where the terminal shows no other', () => {
    assert.equal(clean('büro 前', false), 'b?ro ?');
  });

  it('is folded line by line, each beneath itself', () => {
    const text = 'sources\n  eth0 (live): reading, 1,234 packets\n\n  eth1';
    assert.equal(
      foldLines(text, { width: 24 }),
      'sources\n  eth0 (live): reading,\n      1,234 packets\n\n  eth1',
    );
    assert.equal(foldLines('a  b\n', { width: 0 }), 'a  b\n');
  });

  it('has widths in columns', () => {
    assert.equal(columnsOf('plain'), 5);
    assert.equal(columnsOf('büro…─►'), 7);
    assert.equal(columnsOf('u\u0308'), 1);
    assert.equal(columnsOf('前線'), 4);
    assert.equal(columnsOf('한국'), 4);
    assert.equal(columnsOf('🔥'), 2);
  });

  it('is cut between characters, with a mark', () => {
    assert.deepEqual(splitAtColumn('前線web', 3), ['前', '線web']);
    assert.equal(cutToColumns('前線web', 7, true), '前線web');
    assert.equal(cutToColumns('前線web', 6, true), '前線w…');
    assert.equal(cutToColumns('前線web', 4, false), '前~');
  });

  it('wraps at spaces, and within words only where it must', () => {
    const page = { width: 12, first: '* ', rest: '  ' };
    assert.deepEqual(wrapText('one two three four', page), ['* one two', '  three four']);
    assert.deepEqual(wrapText('abcdefghijklmnop q', page), ['* abcdefghij', '  klmnop q']);
    assert.deepEqual(wrapText(glueUnits('within 12345 s'), page), ['* within', '  12345 s']);
    assert.deepEqual(wrapText('  ', page), []);
    assert.deepEqual(wrapText('one  two', { ...page, width: 0 }), ['* one two']);
  });

  it('wraps without losing anything', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })),
        fc.integer({ min: 12, max: 60 }),
        (words, width) => {
          const text = clean(words.join(' '), true);
          const lines = wrapText(text, { width, first: '> ', rest: '  ' });
          for (const line of lines) assert.ok(columnsOf(line) <= width);
          const joined = lines.map((line) => line.slice(2)).join('');
          assert.equal(joined.replaceAll(' ', ''), text.replaceAll(' ', ''));
        },
      ),
    );
  });
});

describe('addresses and times in text', () => {
  it('brackets IPv6', () => {
    assert.equal(formatAddress({ ip: '10.1.0.1', port: 80 }), '10.1.0.1:80');
    assert.equal(formatAddress({ ip: '2001:db8::1', port: 443 }), '[2001:db8::1]:443');
  });

  it('orders addresses by value, IPv4 first', () => {
    const ips = ['10.0.0.2', '10.0.0.10', '9.0.0.1', '::ffff', '2001:db8::', 'fe80::1', '::1'];
    const sorted = ips.toSorted((a, b) => {
      const [x, y] = [a, b].map((ip) => addressSortKey({ ip, port: 1 }));
      return x < y ? -1 : 1;
    });
    assert.deepEqual(sorted, [
      '9.0.0.1',
      '10.0.0.2',
      '10.0.0.10',
      '::1',
      '::ffff',
      '2001:db8::',
      'fe80::1',
    ]);
  });

  it('says the day once where it is one', () => {
    const same = '2026-09-21 07:53:22.037 to 07:53:23.037 UTC';
    assert.equal(formatSpan(START, START + 1e6), same);
    const next = '2026-09-21 07:53:22.037 to 2026-09-22 07:53:22.037 UTC';
    assert.equal(formatSpan(START, START + 86_400e6), next);
  });
});

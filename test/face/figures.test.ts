import assert from 'node:assert/strict';
import {
  counted,
  formatBytes,
  formatCount,
  formatCountTight,
  groupDigits,
} from '../../src/face/count.ts';
import { formatDuration, formatSeconds } from '../../src/face/duration.ts';

describe('durations', () => {
  const cases: [number, string][] = [
    [0, '0 s'],
    [0.0000001, '0 s'],
    [0.000026, '26 us'],
    [0.0009999, '1 ms'],
    [0.345, '345 ms'],
    [0.0021, '2.1 ms'],
    [0.9996, '1 s'],
    [1.019572, '1.02 s'],
    [3.5, '3.5 s'],
    [33.535949, '33.5 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min'],
    [60, '1 min'],
    [124, '2 min 4 s'],
    [3599.6, '1 h'],
    [11_100, '3 h 5 min'],
    [86_399, '1 d'],
    [183_600, '2 d 3 h'],
    [-1.5, '-1.5 s'],
    [Number.NaN, '?'],
  ];
  for (const [seconds, text] of cases) {
    it(`says ${seconds} s as ${text}`, () => assert.equal(formatDuration(seconds), text));
  }

  it('keeps to seconds for timers', () => {
    assert.equal(formatSeconds(127), '127 s');
    assert.equal(formatSeconds(64.923498), '64.9 s');
  });
});

describe('counts', () => {
  const cases: [number, string, string][] = [
    [0, '0', '0'],
    [999, '999', '999'],
    [1234, '1,234', '1234'],
    [9999, '9,999', '9999'],
    [12_345, '12 k', '12345'],
    [99_999, '100 k', '99999'],
    [123_456, '123 k', '123k'],
    [999_499, '999 k', '999k'],
    [999_600, '1 M', '1M'],
    [1_234_567, '1.2 M', '1.2M'],
    [9_960_000, '10 M', '10M'],
    [3_400_000_000, '3.4 G', '3.4G'],
  ];
  for (const [count, text, tight] of cases) {
    it(`says ${count} as ${text} and ${tight}`, () => {
      assert.equal(formatCount(count), text);
      assert.equal(formatCountTight(count), tight);
    });
  }

  it('groups digits where all are wanted', () => {
    assert.equal(groupDigits(1_234_567), '1,234,567');
  });

  it('says bytes in decimal units', () => {
    assert.equal(formatBytes(980), '980 B');
    assert.equal(formatBytes(1_100_000_000), '1.1 GB');
  });

  it('knows one from many', () => {
    assert.equal(counted(1, 'SYN'), '1 SYN');
    assert.equal(counted(0, 'SYN'), '0 SYNs');
    assert.equal(counted(2, 'entry', 'entries'), '2 entries');
  });
});

import assert from 'node:assert/strict';
import { renderTotals, type Totals } from '../../src/face/totals.ts';
import { CAUSES, VERDICTS } from '../../src/model/endpoint.ts';
import { OUTCOMES } from '../../src/model/attempt.ts';
import { CAUSE_WORDS, OUTCOME_WORDS, VERDICT_WORDS } from '../../src/face/verdict-words.ts';
import { expectGolden } from './expect-golden.ts';
import { expectPage } from './expect-page.ts';
import { START } from './samples.ts';

const CALM: Totals = {
  files: ['drop.pcap'],
  packets: 7,
  bytes: 684,
  segments: 7,
  attempts: {
    established: 0,
    'half-open': 0,
    refused: 0,
    rejected: 0,
    unanswered: 1,
    unresolved: 0,
  },
  endpoints: 1,
  first: START,
  last: START + 64_923_498,
  malformed: { 'tcp-short': 0 },
  bounds: {},
};

const TROUBLED: Totals = {
  files: ['a.pcap', 'b\u001b[2J.pcap', 'c.pcap'],
  packets: 12_345_678,
  bytes: 1_100_000_000,
  segments: 45_678,
  attempts: {
    established: 41_000,
    'half-open': 3,
    refused: 9,
    rejected: 7,
    unanswered: 12,
    unresolved: 1,
  },
  endpoints: 1284,
  first: START,
  last: START + 2 * 86_400e6,
  malformed: { 'ipv4-length': 2, 'tcp-short': 31 },
  bounds: { 'table-full': 4 },
};

describe('totals', () => {
  for (const width of [0, 60, 80]) {
    const name = width === 0 ? 'pipe' : String(width);
    it(`look as agreed: ${name}`, () => {
      const page = { width, colour: false, unicode: true };
      const text = renderTotals(CALM, page) + renderTotals(TROUBLED, page);
      expectPage(text, width);
      expectGolden(`totals-${name}`, text);
    });
  }

  it('name few files, without their escape sequences', () => {
    const files = ['a\u001b]0;x\u0007.pcap', 'b.pcap'];
    const text = renderTotals({ ...CALM, files }, { width: 0, colour: false, unicode: true });
    assert.match(text, /from a\]0;x\.pcap, b\.pcap\n/);
  });

  it('say that nothing was there', () => {
    const attempts = { ...CALM.attempts, unanswered: 0 };
    const empty = { ...CALM, packets: 0, first: null, last: null, attempts };
    const text = renderTotals(empty, { width: 80, colour: false, unicode: true });
    assert.match(text, /^read 0 packets .*\nno attempt: no SYN was seen\n$/);
  });
});

describe('plain words', () => {
  it('are there for every verdict, cause and outcome, as clauses', () => {
    const all = [
      ...VERDICTS.map((verdict) => VERDICT_WORDS[verdict]),
      ...CAUSES.map((cause) => CAUSE_WORDS[cause]),
      ...OUTCOMES.map((outcome) => OUTCOME_WORDS[outcome]),
    ];
    for (const words of all) assert.match(words, /^[\u0020-\u007e]+[^.]$/);
    assert.equal(new Set(all).size, all.length);
  });
});

/** What people read of what the client program saw. */
import assert from 'node:assert/strict';
import type { Findings } from '../../src/lab/findings.ts';
import type { Result } from '../../src/lab/messages.ts';
import { resultRows } from '../../src/lab/results-text.ts';
import { TextReporter } from '../../src/lab/text-reporter.ts';

function result(port: number, started: number, saw: string, seconds: number): Result {
  return { type: 'result', port, started, saw, seconds };
}

/** The fault begins at 1000 and is cleared at 2000. */
function findings(results: readonly Result[]): Findings {
  return {
    server: '192.0.2.2',
    fault: 1000,
    cleared: 2000,
    results,
    endpoints: [],
    handshakes: [],
  };
}

describe('lab: what the client program saw', () => {
  it('by port; where the fault is by when the connection was begun; most frequent first', () => {
    const rows = resultRows(
      findings([
        result(8001, 500, 'connected', 0.001),
        result(8000, 999, 'connected', 0.001),
        result(8000, 1000, 'connected', 3.1),
        result(8000, 1100, 'ETIMEDOUT', 7.11),
        result(8000, 1200, 'ETIMEDOUT', 7.15),
        result(8000, 1900, 'waiting', 6),
        result(8000, 2000, 'connected', 0.002),
        result(8001, 2500, 'connected', 0.001),
      ]),
    );
    assert.deepEqual(rows, [
      ['8000', 'before', '1 connected'],
      ['', 'during', '2 ETIMEDOUT after 7.11 s to 7.15 s'],
      ['', '', '1 connected after 3.1 s'],
      ['', '', '1 still waiting after 6 s'],
      ['', 'after', '1 connected'],
      ['8001', '', '2 connected'],
    ]);
  });

  it('tells what is connected at once from what took a retry', () => {
    const rows = resultRows(
      findings([
        result(8000, 1000, 'connected', 0.01),
        result(8000, 1100, 'connected', 1.02),
        result(8000, 1200, 'connected', 0.02),
      ]),
    );
    assert.deepEqual(rows, [
      ['8000', 'during', '2 connected'],
      ['', '', '1 connected after 1.02 s'],
    ]);
  });

  it('a line in a terminal is no longer than it is wide', () => {
    let text = '';
    const page = { width: 60, colour: false, unicode: false };
    const reporter = new TextReporter((more) => {
      text += more;
    }, page);
    reporter.say('begun', 'word '.repeat(40));
    const many = ['ETIMEDOUT', 'ECONNREFUSED', 'EHOSTUNREACH', 'connected'];
    reporter.findings(findings(many.map((saw, i) => result(8000, 1500, saw, 7.1 + i))));
    for (const line of text.split('\n')) assert.ok(line.length <= 60, line);
    assert.match(text, /^ {2}0\.0 s {2}word/u);
  });
});

/** What a newcomer sees first: `npm start`, and the commands that it suggests. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NEXT } from '../../scripts/start-page.ts';
import { strip } from '../../scripts/start-strip.ts';
import { needs } from '../support/needs.ts';
import { Checkout, hasCommand, isBuilt } from './checkout.ts';

/** Runs what npm runs, once all is set up. */
const START = `${JSON.stringify(process.execPath)} scripts/start.ts`;

describe('npm start', () => {
  let checkout: Checkout;

  before(function () {
    needs(this, isBuilt, 'not built: npm run build');
    needs(this, hasCommand('script'), 'no script(1), which lends a terminal');
    checkout = new Checkout();
  });

  after(() => checkout?.remove());

  it('tells four stories on 80 columns, the second time the same', () => {
    const pages = [checkout.run(START), checkout.run(START)];
    assert.deepEqual(
      pages.map(({ status }) => status),
      [0, 0],
    );
    const [first, second] = pages.map(({ shown }) => shown.replace(/in \d+\.\d s/u, 'in 0.3 s'));
    assert.equal(first, second);
    assert.ok(existsSync(join(checkout.path, 'start.db')));
    assert.deepEqual(
      first.split('\n').filter((line) => line.length > 80),
      [],
    );
    const stories = first.split(/^== /mu).slice(1);
    assert.deepEqual(
      stories.map((story) => story.slice(0, story.indexOf(':'))),
      ['drop', 'reject-hidden', 'reject', 'outage'],
    );
    const [drop, hidden, reject, hole] = stories;
    assert.match(drop, /SYN, retry 6.*\n[^]*unanswered: no answer to 7 SYNs in 64\.9 s/u);
    assert.match(drop, /^127\.0\.0\.1:8000 +silent +1 /mu);
    assert.match(drop, /^ {2}causes: dropped-at-server \d+ %/mu);
    assert.match(hidden, /SYN, retry 1.*\n {2}unanswered: no answer to 2 SYNs in 1\.02 s/u);
    assert.match(reject, /rejected: ICMP port-unreachable \(3\/3\)/u);
    assert.match(hole, /^10\.1\.0\.1:443 +healthy /mu);
    assert.match(hole, /^ {2}14:13:20 \+{12}x{21}[+.]{15} 14:17:20$/mu);
    assert.match(first, /^incident black-hole 10\.1\.0\.1:8000: .*resolved/msu);
    assert.match(first, /^notice hidden-refusal-suspected: 127\.0\.0\.1:8000: /mu);
  });

  it('is plain text in a pipe, and stands a reader who leaves', () => {
    const { status, shown } = checkout.run(
      `${START} | cat >page.txt; LC_ALL=C grep -c '[^ -~]' page.txt || true`,
    );
    assert.equal(status, 0);
    assert.equal(shown, '0\n');
    const left = checkout.run(`${START} | true`);
    assert.deepEqual(left, { status: 0, shown: '' });
  });

  it('ends as the daemon does, and says why', () => {
    const { status, shown } = checkout.run(`UNACKD_DB=/nowhere/start.db ${START}`);
    assert.equal(status, 74);
    assert.match(shown, /^unackd: history: .*\/nowhere/u);
  });

  for (const [command, shows] of NEXT) {
    it(`suggests \`${command}\`: ${shows}`, () => {
      assert.ok(command.length <= 78, 'is broken by a terminal of 80 columns');
      const { status, shown } = checkout.run(command);
      assert.equal(status, 0, shown);
      assert.ok(shown.length > 100);
    });
  }

  it('suggests a filter that tcpdump takes', function () {
    needs(this, hasCommand('tcpdump'), 'no tcpdump');
    const { status } = spawnSync('tcpdump', ['-y', 'EN10MB', '-d', 'tcp or icmp or icmp6']);
    assert.equal(status, 0);
  });
});

/** An attempt that began so many seconds after 14:13:20. */
function begun(seconds: number, outcome: 'established' | 'unanswered', syns: number) {
  return { time: 1_790_000_000_000_000 + seconds * 1e6, outcome, syns };
}

describe('strip of a port', () => {
  it('has a sign for each five seconds', () => {
    const attempts = [
      begun(0, 'established', 1),
      begun(4.9, 'established', 1),
      begun(5, 'established', 1),
      begun(6, 'unanswered', 7),
      begun(11, 'established', 3),
      begun(21, 'established', 1),
    ];
    assert.equal(strip(attempts), '14:13:20 +~x.+ 14:13:45');
    assert.equal(strip(attempts.toReversed()), strip(attempts));
  });

  it('is empty without attempts', () => assert.equal(strip([]), ''));
});

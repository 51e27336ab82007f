/** `unackd explain`, on what the analyser told of simulated captures. */
import assert from 'node:assert/strict';
import { stepFor, stripLines } from '../../src/face/timeline.ts';
import { evidenceSentences } from '../../src/face/evidence-text.ts';
import { people } from '../simulator/cast.ts';
import type { Scenario } from '../simulator/scenario.ts';
import { needsBuild, parseLines, unackd } from '../support/unackd.ts';
import { Archive, onePort } from './recorded.ts';

const archive = new Archive();

const TARGETS = ['10.1.0.1:443', '10.1.0.1:8000', '10.1.0.1:8002', '10.1.0.2:5432'];

interface Explained {
  readonly text: string;
  /** Lines under a heading. */
  readonly section: (title: string) => string;
}

function explained(db: string, id: string, ...more: string[]): Explained {
  const { status, stdout, stderr } = unackd(['explain', id, '--db', db, ...more]);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return {
    text: stdout,
    section: (title) => stdout.split(/\n\n(?=[A-Z ]+\n)/u).find((s) => s.startsWith(title)) ?? '',
  };
}

function idsIn(db: string): string[] {
  const { stdout } = unackd(['incidents', '--db', db, '--format', 'jsonl']);
  return parseLines(stdout).map(({ id }) => String(id));
}

/** The only incident of a scenario, explained. */
async function storyOf(name: string, scenario: Scenario): Promise<Explained> {
  const db = await archive.record(name, scenario);
  const [id, ...others] = idsIn(db);
  assert.deepEqual(others, []);
  return explained(db, id);
}

describe('history: explain', () => {
  before(function () {
    needsBuild(this);
  });

  after(() => archive.remove());

  it('a port that swallowed SYNs for a minute', async () => {
    const { text, section } = await storyOf('port', onePort({ kind: 'drop' }));
    assert.match(
      text,
      /^incident [0-9a-f]{16}: black-hole at 10\.1\.0\.1:8000, resolved\n {2}answered before, then SYNs vanished/u,
    );
    assert.match(text, /\(59\.\d s\), told after \d\.\d+ s, 99\.\d+ % sure\n/u);

    const lines = section('TIMELINE').split('\n');
    const strip = (label: string) => lines.find((l) => l.startsWith(label))?.slice(12) ?? '';
    const marks = lines.find((line) => /^ +s +t +e$/u.test(line))?.slice(12) ?? '';
    const [start, end] = [marks.indexOf('s'), marks.indexOf('e')];
    assert.equal(end - start, 30, 'a minute in columns of 2 s');
    assert.match(strip('answered').slice(start + 1, end), /^\.+$/u);
    assert.match(strip('answered').slice(0, start), /\d\d/u);
    assert.match(strip('answered').slice(end + 1), /\d\d/u);
    assert.match(strip('no answer').slice(start, end), /\d.*\d/u);
    assert.doesNotMatch(strip('no answer').slice(end + 1), /\d/u);
    assert.match(strip('retried').slice(start, end), /\d/u, 'their retries saw the end');

    assert.match(section('EVIDENCE'), /\d+ SYNs of \d+ attempts by \d+ clients, from 14:14:20/u);
    assert.match(section('EVIDENCE'), /in all of that time: 54 of 54 attempts were not answered/u);
    assert.match(section('CAUSES'), / \d\d % dropped-at-server: .*\n +because .*port 443/u);
    assert.match(section('WHAT WOULD SETTLE IT'), /should it come back: capture on 10\.1\.0\.1/u);
    const table = section('HOST AND NETWORK MEANWHILE');
    assert.match(table, /^\* {2}10\.1\.0\.1:8000 +\d+\/33 +0\/54 +35\/35$/mu);
    for (const port of ['10.1.0.1:443', '10.1.0.1:8002', '10.1.0.2:5432'])
      assert.ok(table.includes(`\n   ${port} `), port);

    const ladders = section('TYPICAL ATTEMPTS');
    assert.match(ladders, /^before:\n(?:.*\n)+? {2}established: answered after/mu);
    assert.match(ladders, /^meanwhile:\n(?:.*\n)+? {2}unanswered: no answer to \d+ SYNs/mu);
    assert.match(ladders, /^at its end:\n(?:.*\n)+?.*<-+ SYN-ACK -+\|\n {2}established/mu);
  });

  it('by the beginning of its id, and as records', async () => {
    const db = archive.at('port.db');
    const [id] = idsIn(db);
    assert.equal(explained(db, id.slice(0, 4)).text, explained(db, id).text);
    const [incident, ...attempts] = parseLines(
      explained(db, id.slice(0, 4), '--format', 'jsonl').text,
    );
    assert.equal(incident['id'], id);
    assert.ok(attempts.length > 100);
    for (const { type, server } of attempts) {
      assert.equal(type, 'attempt');
      assert.deepEqual(server, { ip: '10.1.0.1', port: 8000 });
    }
  });

  it('with the names of the configuration', () => {
    const file = archive.file(
      'named.yaml',
      `sources: { a: { use: pcap, path: port.pcap } }
sinks: { history: { use: sqlite, path: port.db } }
names: { '10.1.0.1:8000': shop, 10.1.0.2: ledger }
`,
    );
    const [id] = idsIn(archive.at('port.db'));
    const { stdout } = unackd(['explain', id, '--config', file]);
    assert.match(stdout, /black-hole at 10\.1\.0\.1:8000 \(shop\), resolved/u);
    assert.match(stdout, /10\.1\.0\.2:5432 \(ledger\)/u);
  });

  it('an id that is not there: the nearest ones', async () => {
    const db = archive.at('port.db');
    const [id] = idsIn(db);
    const wrong = unackd(['explain', `${id.slice(0, 3)}z`, '--db', db]);
    assert.equal(wrong.status, 2);
    assert.match(
      wrong.stderr,
      new RegExp(`^unackd: no incident '.*; the nearest: ${id.slice(0, 8)} \\(black-hole 10`, 'u'),
    );
    const empty = await archive.record('calm', onePort({ kind: 'open' }, { duration: 20 }));
    const none = unackd(['explain', 'abc', '--db', empty]);
    assert.match(none.stderr, /no incident 'abc': there are none in /u);
    assert.match(unackd(['explain', '--db', db]).stderr, /no ID given: the incident's id/u);
  });

  it('one that lasts still', async () => {
    const scenario = onePort({ kind: 'drop' }, { duration: 110 });
    const { text, section } = await storyOf('firing', scenario);
    assert.match(text, /black-hole at 10\.1\.0\.1:8000, firing\n.*\n.* so far\)/u);
    assert.doesNotMatch(section('TIMELINE'), /answered again/u);
    assert.match(section('WHAT WOULD SETTLE IT'), /\n {2}capture on 10\.1\.0\.1, too/u);
    assert.doesNotMatch(section('TYPICAL ATTEMPTS'), /afterwards|at its end/u);
  });

  it('a host, with the incidents that it took over', async () => {
    const endpoints = TARGETS.map((target) => {
      const [ip, port] = target.split(':');
      const drop = { from: 60, until: 120, behaviour: { kind: 'drop' } } as const;
      return { ip, port: Number(port), phases: ip === '10.1.0.1' ? [drop] : [] };
    });
    const db = await archive.record('host', { ...onePort({ kind: 'drop' }), endpoints });
    const { stdout } = unackd(['incidents', '--db', db, '--format', 'jsonl']);
    const wide = parseLines(stdout).find(({ superseded_by: by }) => by === null)!;
    const { text, section } = explained(db, String(wide['id']));
    assert.match(text, /black-hole at host 10\.1\.0\.1, resolved/u);
    const own =
      section('HOST AND NETWORK MEANWHILE').match(/^\* .*:\d+ +\d+\/\d+ +0\/\d+/gmu) ?? [];
    assert.equal(own.length, 3);
    assert.match(section('HOST AND NETWORK MEANWHILE'), /^ {3}10\.1\.0\.2:5432/mu);
  });

  it('refusals, by RST and by ICMP', async () => {
    const rst = await storyOf('refuse', onePort({ kind: 'closed' }));
    assert.match(rst.section('TIMELINE'), /^refused +[.\d]*\d/mu);
    assert.match(rst.section('WHAT WOULD SETTLE IT'), /ss -ltnp .* port 8000/u);
    assert.match(rst.section('TYPICAL ATTEMPTS'), /^meanwhile:\n(?:.*\n)+? {2}refused: RST/mu);
    const icmp = await storyOf('reject', onePort({ kind: 'reject', type: 3, code: 13 }));
    assert.match(icmp.section('EVIDENCE'), /by ICMP \S+ \(3\/13\) from 10\.1\.0\.1$/mu);
    assert.match(icmp.section('TIMELINE'), /^rejected +[.\d]*\d/mu);
  });

  it('a partial black hole: what parts the flows', async () => {
    const clients = people(10, TARGETS);
    const partial = onePort({ kind: 'partial', paths: 4, bad: 1 }, { clients });
    const { section } = await storyOf('partial', partial);
    assert.match(section('EVIDENCE'), /\d+ flows failed beside \d+ flows that worked/u);
    assert.match(section('EVIDENCE'), /parts failing flows .*: source port hash/u);
    assert.match(section('TYPICAL ATTEMPTS'), /^meanwhile, another flow:$/mu);
  });

  it('replies lost to a network of clients', async () => {
    const deaf = {
      addresses: ['10.3.0.1'],
      stack: 'linux-exponential',
      targets: ['10.1.0.1:443'],
      rate: 1,
      deaf: true,
    } as const;
    const { text, section } = await storyOf(
      'deaf',
      onePort({ kind: 'open' }, { capture: { point: 1 }, clients: [...people(4, TARGETS), deaf] }),
    );
    assert.match(text, /reply-loss at network 10\.3\.0\.0\/24/u);
    assert.match(section('CLIENTS MEANWHILE'), /^\* {2}10\.3\.0\.1 +0\/\d+$/mu);
    assert.match(section('CLIENTS MEANWHILE'), /^ {3}10\.2\.\d\.\d/mu);
    assert.match(section('TYPICAL ATTEMPTS'), /half-open/u);
  });
});

describe('face: timeline', () => {
  it('counts in steps that people count in', () => {
    assert.equal(stepFor(120e6, 64), 2e6);
    assert.equal(stepFor(64e6, 64), 1e6);
    assert.equal(stepFor(1, 64), 1e6);
    assert.equal(stepFor(86_400e6, 64), 1800e6);
    assert.equal(stepFor(200 * 86_400e6, 64), 4 * 86_400e6);
  });

  it('never shows some as none, and sets marks side by side', () => {
    const since = 1_790_000_000_000_000;
    const mark = (seconds: number, letter: string) => ({
      time: since + seconds * 1e6,
      letter,
      meaning: letter,
    });
    const lines = stripLines(
      {
        since,
        step: 1e6,
        rows: [{ label: 'answered', rendition: 'green', counts: [1, 0, 500, 999, 1000, 2, 3, 4] }],
        marks: [mark(1.5, 's'), mark(1.9, 't'), mark(100, 'e')],
      },
      { width: 80, colour: false, unicode: false },
    );
    assert.deepEqual(lines.slice(0, 4), [
      '1 s a column, 9 is 1,000 attempts, less in proportion, by first SYN, UTC',
      '            14:13:20',
      'answered    1.489111',
      '             st',
    ]);
  });
});

describe('face: evidence', () => {
  it('of other analysers is shown as it is', () => {
    assert.deepEqual(evidenceSentences({ queue: 7, where: { rack: 3 }, syns: 'many' }), [
      'queue: 7',
      'where: {"rack":3}',
      'syns: many',
    ]);
  });
});

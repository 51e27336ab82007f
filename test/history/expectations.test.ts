/** `unackd test`, from the command line. */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { simulate } from '../simulator/simulate.ts';
import { needsBuild, parseLines, ROOT, unackd } from '../support/unackd.ts';
import { Archive, onePort } from './recorded.ts';

const archive = new Archive();

const CONFIG = `sources: { eth0: { use: pcap, path: none.pcap, vantage: client } }
analysers:
  retry: { use: retry-schedule }
  icmp: { use: icmp-correlation }
  holes: { use: black-hole }
sinks:
  ops: { use: jsonl, path: told.jsonl }
`;

/** A file with one test of \`unackd.yaml\` on \`port.pcap\`. */
function oneTest(expect: string): string {
  return archive.file(
    'tests.yaml',
    `tests:
  - name: one
    config: unackd.yaml
    captures: { eth0: port.pcap }
    expect: ${expect}
`,
  );
}

/** What a test that fails says, without its first line and its last. */
function failure(expect: string): string[] {
  const { status, stdout, stderr } = unackd(['test', oneTest(expect)], { cwd: archive.folder });
  assert.equal(stderr, '');
  assert.equal(status, 1);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines[0], 'FAIL  one');
  assert.equal(lines[lines.length - 1], '0 tests passed, 1 failed');
  return lines.slice(1, -1).map((line) => line.replace(archive.folder, '.'));
}

function passes(expect: string): void {
  const { status, stdout, stderr } = unackd(['test', oneTest(expect)]);
  assert.equal(stderr, '');
  assert.equal(stdout, 'ok    one\n1 test passed, 0 failed\n');
  assert.equal(status, 0);
}

/** `line:column code` of each fault. */
function faults(text: string): string[] {
  const file = archive.file('wrong.yaml', text);
  const { status, stdout, stderr } = unackd(['test', file]);
  assert.equal(stdout, '');
  assert.equal(status, 78, stderr);
  return [...stderr.matchAll(/^\S+wrong\.yaml:(\d+:\d+) error ([\w-]+): /gmu)].map(
    ([, place, code]) => `${place} ${code}`,
  );
}

describe('history: test', () => {
  before(function () {
    needsBuild(this);
    archive.file('port.pcap', simulate(onePort({ kind: 'drop' })).capture);
    archive.file('unackd.yaml', CONFIG);
  });

  after(() => archive.remove());

  it('holds what is so', () => {
    passes(`
      incidents:
        - { kind: black-hole, scope: '10.1.0.1:8000', state: resolved, cause: dropped-at-server, told_within: 5s }
      notices: []
      attempts: { established: '>=100', unanswered: 20..50, refused: 0, rejected: '<1' }
      endpoints:
        - { server: '10.1.0.1:443', verdict: healthy, attempts: { established: '>100' } }
        - { server: '10.1.0.2:5432' }`);
    passes('{ attempts: { half-open: 0 } }');
    assert.deepEqual(globSync('told*', { cwd: archive.folder }), [], 'no sink was made');
  });

  it('says where, what was expected and what was found', () => {
    assert.deepEqual(failure('{ attempts: { established: 3, refused: 0, unanswered: <9 } }'), [
      '  ./tests.yaml:5:27 attempts established',
      '    - 3',
      '    + 711',
      '  ./tests.yaml:5:55 attempts unanswered',
      '    - <9',
      '    + 31',
    ]);
    assert.deepEqual(failure("{ incidents: [{ scope: '10.1.0.1:8000', state: firing }] }"), [
      '  ./tests.yaml:5:27 incidents',
      '    - any kind 10.1.0.1:8000 firing',
      '  ./tests.yaml:5:26 incidents',
      '    + black-hole 10.1.0.1:8000 resolved',
    ]);
    const [place, , found] = failure(
      '{ incidents: [{ kind: black-hole, told_within: 1s, cause: host-down }] }',
    ).slice(1);
    assert.match(place, /- black-hole anywhere host-down told within 1 s$/u);
    assert.match(found, /\+ black-hole 10\S+ resolved dropped-at-server told after [2-5]\.\d+ s$/u);
    assert.deepEqual(
      failure("{ endpoints: [{ server: '10.1.0.1:443', verdict: silent, cause: host-down }] }"),
      [
        '  ./tests.yaml:5:27 endpoint 10.1.0.1:443',
        '    - silent',
        '    + healthy',
        '  ./tests.yaml:5:27 endpoint 10.1.0.1:443, cause',
        '    - host-down',
        '    + no cause',
      ],
    );
  });

  it('lists of incidents and notices are complete', () => {
    const unexpected = ['    + black-hole 10.1.0.1:8000 resolved'];
    assert.deepEqual(failure('{ none: true }').slice(1), unexpected);
    assert.deepEqual(failure('{ incidents: [] }').slice(1), unexpected);
    assert.deepEqual(failure('{ notices: [one-way-capture] }').slice(1), ['    - one-way-capture']);
  });

  it('one that cannot be run fails, and the others go on', () => {
    archive.file('text.pcap', 'no capture at all, but some text of a sentence or two');
    const file = archive.file(
      'two.yaml',
      `tests:
  - { name: broken, config: unackd.yaml, captures: { eth0: text.pcap }, expect: { none: true } }
  - { name: whole, config: unackd.yaml, captures: { eth0: [port.pcap] }, expect: { notices: [] } }
`,
    );
    const { status, stdout } = unackd(['test', file]);
    assert.equal(status, 1);
    assert.match(stdout, /^FAIL {2}broken\n.*two\.yaml:2:5 can't be run: .*looks like text/u);
    assert.match(stdout, /\nok {4}whole\n1 test passed, 1 failed\n$/u);
    const [broken, whole] = parseLines(unackd(['test', file, '--format', 'jsonl']).stdout);
    assert.equal(broken['passed'], false);
    assert.match(String(broken['error']), /looks like text/u);
    assert.deepEqual(whole, {
      type: 'test',
      name: 'whole',
      line: 3,
      column: 5,
      passed: true,
      differences: [],
      error: null,
    });
  });

  it('tells all faults of a test file at once, each with its place', () => {
    assert.deepEqual(
      faults(`tests:
  - name: a
    config: nope.yaml
    captures: { eth0: nope.pcap }
    expct: { none: yes }
  - name: a
    config: { sources: { a: { use: pcap, path: x } }, sinks: { o: { use: jsnl } } }
    captures: { b: port.pcap }
    expect:
      incidents: [{ kind: blackhole, scope: 10.1.0, state: over, told_within: 5, at: 3 }]
      attempts: { unanswerd: 1, established: '=>3', refused: 5..3 }
      endpoints: [{ verdict: silent }, { server: '10.1.0.1:99999' }]
      none: true
  - { name: b, config: unackd.yaml, captures: { eth1: port.pcap }, expect: {} }
  - { config: [], captures: {}, expect: { incidents: [{}] } }
`),
      [
        '3:13 no-such-file',
        '4:23 no-such-file',
        '5:5 unknown-key',
        '5:20 wrong-type',
        '6:11 duplicate-id',
        '7:74 unknown-plugin',
        '10:7 unknown-value',
        '10:27 unknown-value',
        '10:45 bad-endpoint',
        '10:60 unknown-value',
        '10:79 wrong-type',
        '10:82 unknown-key',
        '11:19 unknown-key',
        '11:46 wrong-type',
        '11:62 wrong-type',
        '12:19 missing-option',
        '12:50 bad-endpoint',
        '14:49 unknown-component',
        '14:76 empty-value',
        '15:5 missing-option',
        '15:15 wrong-type',
        '15:29 empty-value',
        '15:55 empty-value',
      ],
    );
    assert.deepEqual(faults('# nothing\n'), ['1:1 empty-file']);
    assert.deepEqual(faults('tests: []'), ['1:8 empty-value']);
    assert.deepEqual(faults('test: 3'), ['1:1 unknown-key', '1:7 wrong-type']);
    assert.deepEqual(faults('tests: [ { '), ['1:12 yaml-syntax']);
  });

  it("tells a configuration's own faults by its file", () => {
    archive.file('bad.yaml', 'sources: {}\nsinks: { a: { use: jsonl } }\n');
    const file = archive.file(
      'other.yaml',
      'tests: [{ name: a, config: bad.yaml, captures: { a: port.pcap }, expect: { none: true } }]\n',
    );
    const { status, stderr } = unackd(['test', file]);
    assert.equal(status, 78);
    assert.match(stderr, /bad\.yaml:1:1 error no-sources/u);
    assert.equal(unackd(['test', archive.at('no.yaml')]).status, 66);
    assert.equal(unackd(['test', archive.folder]).status, 66);
  });

  describe('examples', () => {
    const folder = join(ROOT, 'config/examples/tests');
    for (const file of globSync('*.yaml', { cwd: folder })) {
      it(file, () => {
        const { status, stdout, stderr } = unackd(['test', join(folder, file)]);
        assert.equal(status, 0, stdout + stderr);
        assert.match(stdout, /^\d+ tests passed, 0 failed$/mu);
      });
    }
  });
});

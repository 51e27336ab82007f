import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';
import { CAPTURES, Folder, needsBuild, ROOT, shell, unackd } from '../support/unackd.ts';

const SOUND = `sources:
  drop: { use: pcap, path: ${CAPTURES}/drop.pcap }
sinks:
  out: { use: jsonl, path: '-', from: [attempts] }
`;

const FAULTY = `sources:
  drop: { use: pcap, path: x.pcap }
analysers:
  timing: { use: retry-schedule, from: [drop], retrys: 3 }
sinks:
  out: { use: jsonl, path: '-', from: [attemps] }
`;

describe('check', () => {
  const folder = new Folder();
  before(function () {
    needsBuild(this);
  });
  after(() => folder.remove());

  it('tells every fault at once on standard error, and ends with 78', () => {
    const path = folder.file('faulty.yaml', FAULTY);
    for (const args of [
      ['check', path],
      ['check', '--config', path],
      ['check', '-c', path],
      ['run', '--config', path],
    ]) {
      const { status, stdout, stderr } = unackd(args);
      assert.equal(status, 78);
      assert.equal(stdout, '');
      const faults = stderr.split('\n').filter((line) => line.includes(' error '));
      assert.equal(faults.length, 2, stderr);
      assert.match(
        faults[0],
        /faulty\.yaml:4:\d+ error unknown-option: 'retrys' is not an option of retry-schedule$/u,
      );
      assert.match(faults[1], /faulty\.yaml:6:\d+ error unknown-component: .*'attemps'/u);
      assert.match(stderr, /\n {39}\^{7}\ndid you mean 'attempts'\?\n/u);
      assert.match(stderr, /\n2 errors\n$/u);
    }
  });

  it('points at the place with a caret', () => {
    const path = folder.file('caret.yaml', FAULTY);
    const lines = unackd(['check', path]).stderr.split('\n');
    const at = lines.findIndex((line) => line.includes("'attemps'"));
    const column = Number(/:6:(?<column>\d+) /u.exec(lines[at])?.groups?.['column']);
    assert.equal(lines[at + 1].slice(column - 1, column + 6), 'attemps');
    assert.equal(lines[at + 2], `${' '.repeat(column - 1)}^^^^^^^`);
  });

  it('draws what is sound, and ends with 0', () => {
    const path = folder.file('sound.yaml', SOUND);
    for (const args of [[path], ['--config', path]]) {
      const { status, stdout, stderr } = unackd(['check', ...args]);
      assert.equal(stderr, '');
      assert.match(
        stdout,
        /sound\.yaml: no errors\ndrop \(pcap\) -> .* -> out \(jsonl\): attempts\n$/u,
      );
      assert.equal(status, 0);
    }
    assert.equal(unackd(['check', '-'], { input: SOUND }).status, 0);
  });

  it('warns, and ends with 0', () => {
    const path = folder.file(
      'warns.yaml',
      `${SOUND.replace('attempts', 'drop')}analysers:\n  unheard: { use: retry-schedule, from: [drop] }\n`,
    );
    const { status, stdout, stderr } = unackd(['check', path]);
    assert.match(stderr, /warns\.yaml:6:3 warning unused: nobody reads 'unheard'\n/u);
    assert.match(stdout, /no errors\n/u);
    assert.equal(status, 0);
  });

  it('warns of captures that are not there, or that this user may not read', () => {
    folder.file('day1.pcap', '');
    mkdirSync(folder.at('sub'));
    const path = folder.file(
      'files.yaml',
      `sources:
  drop: { use: pcap, path: ['day?.pcap', '-', none.pcap, sub, 'night*.pcap', day1.pcap/x] }
sinks:
  out: { use: jsonl, path: '-', from: [attempts] }
`,
    );
    const { status, stderr, stdout } = unackd(['check', path]);
    assert.equal(status, 0);
    assert.match(stdout, /no errors\n/u);
    const found = stderr.matchAll(/files\.yaml:2:(\d+) warning missing-file: (.*)\n/gu);
    assert.deepEqual(
      Array.from(found, ([, column, what]) => [Number(column), what]),
      [
        [47, "'path' is 'none.pcap': there is no such file"],
        [58, "'path' is 'sub': that is a folder"],
        [63, "'path' is 'night*.pcap': no file matches"],
        [78, "'path' is 'day1.pcap/x': there is no such file"],
      ],
    );
    const run = unackd(['run', '--config', path]);
    assert.doesNotMatch(run.stderr, /missing-file/u, 'a run says it by failing');
    assert.equal(run.status, 66);
  });

  it('a file that is not there, no file, or not for this user', function () {
    const missing = unackd(['check', 'missing.yaml']);
    assert.match(missing.stderr, /^unackd: missing\.yaml: no such file; .*\n$/u);
    assert.equal(missing.status, 66);
    const directory = unackd(['check', folder.path]);
    assert.match(directory.stderr, /^unackd: .* is a folder: name the file in it\n$/u);
    assert.equal(directory.status, 66);
    assert.equal(unackd(['check', folder.file('empty.yaml', '')]).status, 78);
    assert.equal(unackd(['check', join(CAPTURES, 'drop.pcap')]).status, 78);

    needs(this, process.getuid?.() === 0, 'not root: no other user to become');
    const secret = folder.file('secret.yaml', SOUND);
    chmodSync(folder.path, 0o755);
    chmodSync(secret, 0o600);
    const line = 'setpriv --reuid=65534 --regid=65534 --clear-groups "$U" check "$1"';
    const denied = shell(line, [secret]);
    needs(this, denied.status !== 127, 'no setpriv');
    assert.match(
      denied.stderr,
      /^unackd: .*secret\.yaml: no permission to read it; ask its owner, or run as a user who may\n$/u,
    );
    assert.equal(denied.status, 77);
  });

  it('wants one configuration', () => {
    for (const args of [[], ['a', 'b'], ['--config', 'a', 'b']]) {
      const { status, stderr } = unackd(['check', ...args]);
      assert.match(stderr, /^unackd: .* \(see `unackd check --help`\)\n$/u);
      assert.equal(status, 2);
    }
  });

  it('finds no fault with the default configuration', () => {
    const { status } = unackd(['check', join(ROOT, 'config/unackd.yaml')]);
    assert.equal(status, 0);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';
import { pcapHeader, pcapRecord } from './octets.ts';
import { CAPTURES, Folder, needsBuild, parseLines, shell, unackd } from '../support/unackd.ts';
import type { Result } from '../support/unackd.ts';

const DROP = join(CAPTURES, 'drop.pcap');

/** One line that names what is wrong, nothing on standard output, no stack. */
function fails({ status, stdout, stderr }: Result, exitCode: number, line: RegExp): void {
  assert.match(stderr, /^unackd: [^\n]+\n$/u);
  assert.match(stderr, line);
  assert.doesNotMatch(stderr, /\bat .*:\d+:\d+|internal error/u);
  assert.equal(stdout, '');
  assert.equal(status, exitCode);
}

describe('read: what is no capture', () => {
  const folder = new Folder();
  before(function () {
    needsBuild(this);
  });
  after(() => folder.remove());

  it('no such file', () => {
    fails(unackd(['read', 'nofile.pcap']), 66, /nofile\.pcap: no such file; check the path/u);
    fails(unackd(['read', `${DROP}/x`]), 66, /drop\.pcap\/x: no such file/u);
  });

  it('a folder', () => {
    fails(unackd(['read', CAPTURES]), 65, /is a folder; name the files in it, such as/u);
    fails(unackd(['read', DROP, CAPTURES]), 65, /is a folder/u);
  });

  it('an empty file', () => {
    fails(unackd(['read', folder.file('empty', '')]), 65, /empty: is empty; nothing was captured/u);
  });

  it("tcpdump's text", () => {
    const text =
      '14:13:20.000000 IP 10.2.0.1.40626 > 10.1.0.1.8000: Flags [S], seq 274725390, length 0\n';
    const path = folder.file('dump.txt', text.repeat(100));
    fails(unackd(['read', path]), 65, /text output of tcpdump; .*tcpdump -w/u);
  });

  it('ends every time, whatever the compiler threads do', () => {
    const path = folder.file(
      'again.txt',
      '14:13:20.000000 IP 10.2.0.1.1 > 10.1.0.1.2: Flags [S]\n',
    );
    const { stdout } = shell('for i in {1..25}; do timeout 3 "$U" read "$1" 2>&-; echo $?; done', [
      path,
    ]);
    assert.equal(stdout, '65\n'.repeat(25));
  });

  it('any other file', () => {
    const noise = Uint8Array.from({ length: 300 }, (_, i) => (i * 89 + 128) & 0xff);
    fails(unackd(['read', folder.file('noise', noise)]), 65, /noise: is no capture file/u);
    fails(unackd(['read', folder.file('notes', 'not a capture')]), 65, /notes: looks like text; /u);
  });

  it('a capture of a link type that nobody decodes', () => {
    const path = folder.file(
      'link-65.pcap',
      Buffer.concat([pcapHeader(65), pcapRecord(1e12, new Uint8Array(60))]),
    );
    fails(unackd(['read', path]), 65, /link-65\.pcap: link type 65 can't be decoded; /u);
    fails(
      unackd(['read', '-'], { input: readFileSync(path) }),
      65,
      /standard input: link type 65/u,
    );
  });

  it('a file that may not be read', function () {
    needs(this, process.getuid?.() === 0, 'not root: no other user to become');
    needs(this, shell('setpriv --reuid=65534 true').status === 0, 'no setpriv');
    const path = folder.file('secret.pcap', readFileSync(DROP));
    const result = shell(
      'chmod 755 "${1%/*}"; chmod 600 "$1"; setpriv --reuid=65534 --regid=65534 --clear-groups "$U" read "$1"',
      [path],
    );
    fails(result, 77, /secret\.pcap: no permission to read it; /u);
  });

  it('a file whose folder may not be entered, and a link to itself', function () {
    needs(this, process.getuid?.() === 0, 'not root: no other user to become');
    needs(this, shell('setpriv --reuid=65534 true').status === 0, 'no setpriv');
    const place = new Folder();
    try {
      shell('cd "$1"; chmod 755 .; mkdir -m 700 locked; touch locked/a.pcap; ln -s round round', [
        place.path,
      ]);
      const as = (words: string) =>
        shell(`setpriv --reuid=65534 --regid=65534 --clear-groups "$U" ${words}`, [], {
          cwd: place.path,
        });
      for (const words of ['read locked/a.pcap', 'watch --read locked/a.pcap']) {
        fails(as(words), 77, /locked\/a\.pcap: no permission to read it; ask its owner/u);
      }
      fails(as('read round'), 66, /round: its symbolic links go round in circles/u);
      fails(as('check round'), 66, /round: can't be read: ELOOP/u);
      fails(as('check locked/a.yaml'), 77, /locked\/a\.yaml: no permission to read it; ask/u);
      fails(as('init --yes -o locked/a.yaml'), 77, /locked\/a\.yaml: no permission to write/u);
      fails(as('status --admin unix:locked/a.sock'), 77, /a\.sock: no permission to ask there/u);
      fails(as('plugin list locked'), 77, /locked: no permission to read it; ask its owner/u);
      shell('cd "$1"; chmod 744 locked', [place.path]);
      fails(as('plugin list locked'), 77, /locked: no permission to read it; ask its owner/u);
      shell('cd "$1"; mkdir -m 700 locked/in; touch a.ts; chmod 755 locked; chmod 600 a.ts', [
        place.path,
      ]);
      const words = (path: string): string =>
        `no plugin: no permission to read ${place.at(path)}; ask its owner, or run as a user who may`;
      assert.ok(as('plugin list .').stdout.includes(`a.ts  ${words('a.ts')}\n`));
      assert.equal(
        as('plugin list locked').stdout,
        `locked/in  ${words('locked/in/package.json')}\n`,
      );
      fails(
        shell('TMPDIR=/proc/1 "$U" plugin list "$1"', [place.path]),
        74,
        /temporary files \(TMPDIR\), \/proc\/1: /u,
      );
    } finally {
      place.remove();
    }
  });

  it('standard input: closed, empty, a terminal', function () {
    fails(shell('"$U" read - <&-'), 65, /standard input: is empty/u);
    fails(unackd(['read', '-']), 65, /standard input: is empty/u);
    fails(shell('"$U" read - </dev/null'), 65, /standard input: is empty/u);
    fails(shell('"$U" read - <"$1"', [CAPTURES]), 65, /standard input: is a folder/u);
    needs(this, shell('script --version').status === 0, 'no script(1)');
    const { stdout, status } = shell('script -qec "$U read -" /dev/null </dev/null');
    assert.match(stdout, /standard input: is a terminal; give a file or pipe a capture in/u);
    assert.equal(status, 66);
  });

  it('one of several files: named before anything is read', () => {
    const reject = join(CAPTURES, 'reject.pcap');
    for (const files of [
      ['missing.pcap', DROP, reject],
      [DROP, 'missing.pcap', reject],
      [DROP, reject, 'missing.pcap'],
    ]) {
      fails(unackd(['read', '--format', 'jsonl', ...files]), 66, /missing\.pcap: no such file/u);
    }
  });

  it('a pattern that matches nothing', () => {
    fails(unackd(['read', 'nothing-*.pcap']), 66, /nothing-\*\.pcap: no file matches; /u);
    fails(unackd(['read', DROP, 'nothing-*.pcap']), 66, /nothing-\*\.pcap: no file matches/u);
  });

  it('a name that would steer the terminal', () => {
    const { stderr } = unackd(['read', 'x\u001B[31m\ny']);
    assert.equal(stderr, 'unackd: x[31m y: no file matches; check the pattern\n');
  });
});

describe('read: what is a capture after all', () => {
  const folder = new Folder();
  before(function () {
    needsBuild(this);
  });
  after(() => folder.remove());

  it('a capture without a packet', () => {
    const path = folder.file('none.pcap', pcapHeader(1));
    const text = unackd(['read', path]);
    assert.equal(
      text.stdout,
      `read 0 packets (24 B, 0 handshake segments) from ${path}\nno attempt: no SYN was seen\n`,
    );
    assert.equal(text.status, 0);
    const json = unackd(['read', '--format', 'json', path]);
    const empty = { attempts: [], incidents: [], notices: [], endpoints: [] };
    assert.deepEqual(JSON.parse(json.stdout), empty);
    const summary = unackd(['read', '--format', 'json', '--summary', path]);
    assert.deepEqual(JSON.parse(summary.stdout), { endpoints: [] });
    assert.equal(unackd(['read', '--format', 'jsonl', path]).stdout, '');
  });

  it('a file cut in the middle: read as far as it goes, and said', () => {
    const path = folder.file('cut.pcap', readFileSync(DROP).subarray(0, 500));
    const { status, stdout, stderr } = unackd(['read', '--format', 'jsonl', path]);
    assert.equal(status, 0);
    assert.equal(stderr, '');
    const records = parseLines(stdout);
    const notice = records.find(({ code }) => code === 'truncated-file');
    assert.match(String(notice?.['text']), /cut\.pcap: cut off .*5 packets before it were used/u);
    assert.equal(records.find(({ type }) => type === 'attempt')?.['syns'], 5);
    assert.match(unackd(['read', path]).stdout, /^notice truncated-file: .*cut\.pcap/mu);
  });

  it('standard input as a pipe and as a file, also together with files', () => {
    const bytes = readFileSync(DROP);
    assert.equal(unackd(['read', '-'], { input: bytes }).status, 0);
    const asFile = shell('"$U" read --format jsonl - <"$1"', [DROP]);
    assert.equal(parseLines(asFile.stdout)[0]['syns'], 7);
    const both = unackd(['read', '--format', 'jsonl', join(CAPTURES, 'reject.pcap'), '-'], {
      input: bytes,
    });
    assert.deepEqual(
      parseLines(both.stdout)
        .filter(({ type }) => type === 'attempt')
        .map(({ outcome }) => outcome),
      ['unanswered', 'rejected'],
    );
    assert.equal(both.status, 0);
  });
});

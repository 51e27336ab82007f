/** `unackd plugin new` and `unackd plugin check`, as an author meets them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fencesOf } from '../docs/fences.ts';
import { needs } from '../support/needs.ts';
import { CAPTURES, needsBuild, UNACKD } from '../support/unackd.ts';
import { unackdIn } from './command.ts';

/** An analyser around a body for `attempt`. */
function analyser(body: string, more = ''): string {
  return `import { defineAnalyser, keepAttempt } from 'unackd';
${more}
export default defineAnalyser({
  api: 1,
  name: 'mine',
  doc: 'Does something wrong.',
  reads: ['attempt'],
  emits: ['notice'],
  options: { limit: { type: 'int', default: 1, doc: 'how many' } },
  create: ({ limit }, host, emit) => ({
    attempt(a) {
      ${body}
    },
  }),
});
void keepAttempt;
`;
}

/** What an author may get wrong, and the beginning of what is told of it. */
const FAULTS: Readonly<Record<string, readonly [code: string, told: RegExp]>> = {
  'asks for the time': [
    analyser('if (a.syns > Date.now()) host.log("info", "x");'),
    /FAIL {2}knows capture time only\n {2}mine\.ts:12:25 error .*Date\.now\(\)[^]*Date\.now\(\)\) host[^]*\^/u,
  ],
  'asks for chance': [
    analyser('if (Math.random() > 2) host.log("info", "x");'),
    /mine\.ts:12:16 error knows-capture-time-only: Math\.random\(\)/u,
  ],
  'keeps attempts': [
    analyser(
      'if (kept !== null && kept.syns > 9) host.log("info", "x"); kept = a;',
      'let kept: import("unackd").Attempt | null = null;',
    ),
    /mine\.ts:12:33 error keeps-no-attempt-past-the-call: 'syns' of an attempt was read after .*keepAttempt/u,
  ],
  'differs the second time': [
    analyser(
      'if (seen++ === 3) emit({ type: "notice", code: "x", time: a.at, text: "fourth" });',
      'let seen = 0;',
    ),
    /FAIL {2}same input, same output: the second time it did .* is something kept outside of create\?/u,
  ],
  throws: [
    analyser('if (a.server.port === 8002) throw new Error("no such thing");'),
    /mine\.ts:12:41 error takes-a-capture: it threw: no such thing/u,
  ],
  'emits what is no message': [
    analyser('emit({ type: "notice", code: "x", time: 0.5, text: "y" });'),
    /mine\.ts:12:7 error emits-what-it-declares: 'time' is 0\.5, wanted is .*, in a message of type notice/u,
  ],
  'wakes for ever': [
    analyser('host.wakeAt(a.at + 1);').replace(
      'attempt(a) {',
      'advance(now) { host.wakeAt(now); },\n    attempt(a) {',
    ),
    /mine\.ts:11:25 error wakes-at-times-to-come: host\.wakeAt\(now\)/u,
  ],
  'answers later': [
    analyser('return void a;').replace('attempt(a)', 'async attempt(a)'),
    /FAIL {2}answers at once/u,
  ],
  loops: [analyser('while (limit < 2) void a;'), /nothing moved for 10 s: an endless loop\?/u],
  exits: [analyser('process.exit(3);'), /its process ended with exit code 3/u],
  'reads what is not its own': [
    analyser('readFileSync("/etc/passwd");', 'import { readFileSync } from "node:fs";'),
    /mine\.ts:12:7 error takes-a-capture: .*--allow-fs-read/u,
  ],
  'has an enum of TypeScript': [
    analyser('', 'enum Kind { A }'),
    /mine\.ts:2:1 error loads: TypeScript enum is not supported/u,
  ],
  'is no TypeScript': [analyser('if ('), /mine\.ts:13:\d+ error loads: /u],
  'imports what is not there': [
    analyser('', "import './part.ts';"),
    /mine\.ts:2:8 error loads: Cannot find module/u,
  ],
  'names no such topic': [
    analyser('').replace("reads: ['attempt']", "reads: ['attempts']"),
    /mine\.ts:7:3 error definition: 'reads' has "attempts"/u,
  ],
  'has a default that can not be': [
    analyser('').replace('default: 1', "default: 'one'"),
    /mine\.ts:9:14 error definition: default of 'limit' wants a whole number/u,
  ],
  'is for another API': [
    analyser('').replace('api: 1', 'api: 2'),
    /mine\.ts:4:3 error definition: it is made for API 2, and this unackd has API 1; a newer unackd may have it/u,
  ],
  'exports nothing': ['export const x = 1;\n', /FAIL {2}definition: it has no default export/u],
};

describe('unackd plugin', () => {
  let folder: string;

  const unackd = (...args: readonly string[]) => unackdIn(folder, ...args);

  before(function () {
    needsBuild(this);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'unackd author ')); // as a person would have it
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const kind of ['analyser', 'source', 'sink']) {
    it(`new --kind ${kind}: passes at once`, () => {
      const made = unackd('plugin', 'new', 'my-own', '--kind', kind);
      assert.equal(made.status, 0, made.shown);
      assert.ok(readdirSync(join(folder, 'my-own')).includes('README.md'));
      const { status, shown } = unackd('plugin', 'check', './my-own');
      assert.equal(status, 0, shown);
      assert.match(shown, /^ok {4}test: /mu);
      assert.match(shown, / 0 failed/u);
    });

    it(`new --kind ${kind}: its README's configuration runs`, () => {
      // Root's plugins run as nobody.
      chmodSync(folder, 0o777);
      unackd('plugin', 'new', 'my-own', '--kind', kind);
      const readme = readFileSync(join(folder, 'my-own/README.md'), 'utf8');
      const example = fencesOf(readme).find(({ language }) => language === 'yaml')!;
      writeFileSync(join(folder, 'unackd.yaml'), example.body);
      cpSync(join(CAPTURES, 'black-hole.pcap'), join(folder, 'handshakes.pcap'));
      const { status, shown } = unackd('run', '--config', 'unackd.yaml', '--no-progress');
      assert.equal(status, 0, shown);
      assert.doesNotMatch(shown, /failed| error /u);
      if (kind === 'analyser') assert.match(shown, /"code":"my-own"/u);
      if (kind === 'source') assert.match(shown, /"outcome":"established"/u);
      if (kind === 'sink') {
        assert.match(
          readFileSync(join(folder, 'my-own.txt'), 'utf8'),
          /black-hole at 10\.1\.0\.1:8000/u,
        );
      }
    });
  }

  it('new: takes nothing away, and wants a name', () => {
    unackd('plugin', 'new', 'mine');
    const again = unackd('plugin', 'new', 'mine');
    assert.deepEqual(again, {
      status: 74,
      shown: 'unackd: mine is there already: choose another name, or remove it first\n',
    });
    assert.equal(unackd('plugin', 'new', 'My Plugin').status, 2);
    assert.equal(unackd('plugin', 'new', 'x', '--kind', 'router').status, 2);
  });

  it('new: a disk without room leaves nothing half made', () => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', 'ulimit -f 0; "$0" plugin new mine', UNACKD],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    assert.equal(
      stderr,
      'unackd: mine: no space left to write to: free some, or choose another path\n',
    );
    assert.equal(status, 74);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('new: a read-only disk is called so', function () {
    needs(this, process.getuid?.() === 0, 'not root: nothing can be mounted');
    const line = `mount -t tmpfs -o ro none "$1" && cd "$1" && "$0" plugin new mine`;
    const args = ['--mount', 'bash', '-c', line, UNACKD, folder];
    const { status, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
    assert.equal(stderr, 'unackd: mine: the file system is read-only: choose another path\n');
    assert.equal(status, 77);
  });

  it('list: says what a folder has', () => {
    unackd('plugin', 'new', 'mine');
    writeFileSync(join(folder, 'other.ts'), 'export default 1;\n');
    const { status, shown } = unackd('plugin', 'list', '.');
    assert.equal(status, 0);
    assert.match(shown, /^mine {2}analyser mine: Tells ports/mu);
    assert.match(shown, /^other\.ts {2}no plugin: /mu);
    assert.equal(unackd('plugin', 'list', './nowhere').status, 66);
    assert.deepEqual(unackd('plugin', 'list', './other.ts'), {
      status: 66,
      shown: 'unackd: ./other.ts: is no folder\n',
    });
    symlinkSync('nowhere.ts', join(folder, 'gone.ts'));
    const dangling = unackd('plugin', 'list', '.');
    assert.equal(dangling.status, 0, dangling.shown);
    assert.match(dangling.shown, /^gone\.ts {2}no plugin: there is no such file/mu);
    assert.match(unackd('plugin', 'list').shown, /^ANALYSERS$/mu);
  });

  it('check: says what is not there', () => {
    assert.deepEqual(unackd('plugin', 'check', './nowhere.ts'), {
      status: 66,
      shown: `unackd: ./nowhere.ts: there is no such file; it was looked for at ${join(folder, 'nowhere.ts')}\n`,
    });
    assert.equal(unackd('plugin', 'check', '.').status, 66);
    writeFileSync(join(folder, 'notes.txt'), '');
    assert.equal(unackd('plugin', 'check', './notes.txt').status, 65);
    unackd('plugin', 'new', 'mine');
    assert.equal(unackd('plugin', 'check', './mine', '--capture', 'no.pcap').status, 66);
    assert.equal(unackd('plugin', 'check', './mine', '--option', 'limit').status, 2);
    const { status, shown } = unackd('plugin', 'check', './mine', '--option', 'limti=2');
    assert.equal(status, 1);
    assert.match(shown, /FAIL {2}options: it has no option 'limti'; it has limit/u);
  });

  it('check: takes captures and options, and shows what was told', () => {
    writeFileSync(
      join(folder, 'mine.ts'),
      analyser(
        'if (a.final && a.server.port === 8000 && limit === 7) emit({ type: "notice", code: "x", time: a.at, text: a.outcome });',
      ),
    );
    const capture = join(CAPTURES, 'black-hole.pcap');
    const args = ['./mine.ts', '--capture', capture, '--option', 'limit=7'];
    const { status, shown } = unackd('plugin', 'check', ...args);
    assert.equal(status, 0, shown);
    assert.match(shown, /^ {8}2026-\S+Z notice x: established$/mu);
  });

  for (const [name, [code, told]] of Object.entries(FAULTS)) {
    it(`check: a plugin that ${name}`, () => {
      writeFileSync(join(folder, 'mine.ts'), code);
      const { status, shown } = unackd('plugin', 'check', './mine.ts');
      assert.match(shown, told);
      assert.equal(status, 1);
    });
  }
});

/** `watch --analyser`: analysers of the user's own on what is watched, and what is saved is taken up. */
import assert from 'node:assert/strict';
import { chmodSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';
import { Program } from '../support/program.ts';
import { CAPTURES, Folder, needsBuild, parseLines, shell, unackd } from '../support/unackd.ts';
import { play } from './terminal.ts';

const blackHole = join(CAPTURES, 'black-hole.pcap');

interface Written {
  readonly options?: string;
  readonly create?: string;
  readonly attempt?: string;
}

/** An analyser that tells of each last word, and which version of it does. */
function plugin(
  version: number,
  { options = '', create = '', attempt = '' }: Written = {},
): string {
  return `import { readFileSync } from 'node:fs';
import { defineAnalyser } from 'unackd';
export default defineAnalyser({
  api: 1, name: 'mine', doc: 'Tells each attempt.', reads: ['attempt'], emits: ['notice'],
  options: { ${options} },
  create: (options, host, emit) => {
    ${create}
    return { attempt(a) {
      ${attempt}
      if (a.final) emit({ type: 'notice', code: 'own', time: a.at, text: 'version ${version}' });
    } };
  },
});
`;
}

describe('watch with analysers of the own', function () {
  this.timeout(30_000);
  const folder = new Folder();
  let watching: Program | undefined;

  before(function () {
    needsBuild(this);
    // Root's plugins run as nobody.
    chmodSync(folder.path, 0o755);
  });
  afterEach(async () => {
    await watching?.end('SIGKILL');
    watching = undefined;
  });
  after(() => folder.remove());

  /** As editors do: a new file, renamed into the place of the old one. */
  function save(name: string, text: string): string {
    renameSync(folder.file(`.${name}.swp`, text), folder.at(name));
    return folder.at(name);
  }

  function watch(...more: readonly string[]): Program {
    watching = new Program(['watch', '--read', blackHole, '--speed', '8', ...more]);
    return watching;
  }

  it('tells what they tell; a save is taken up; what is broken changes nothing, and is told in a line', async () => {
    const mine = save('mine.ts', plugin(1));
    const run = watch('--analyser', mine);
    await run.prints(/^\S+Z notice own: version 1$/u);
    save('mine.ts', plugin(2));
    await run.says(/^unackd: \S*mine\.ts changed: \S+mine\.ts read again: changed mine$/u);
    await run.prints(/ notice own: version 2$/u);

    save('mine.ts', 'const a = 1;\nconst b = (;\n');
    await run.says(
      /^unackd: \S*mine\.ts changed: .*nothing is changed: \S+mine\.ts: mine\.ts:2:12: SyntaxError: Expression expected$/u,
    );
    await run.printsAnew(/ notice own: version 2$/u);

    save('mine.ts', plugin(3, { attempt: "throw new Error('boo');" }));
    await run.says(/^unackd: mine: plugin mine failed at mine\.ts:9:\d+: boo; .* starts again/u);
    await run.prints(/ notice plugin-failed: mine: plugin mine failed at mine\.ts:9:\d+: boo;/u);
    save('mine.ts', plugin(4));
    await run.prints(/ notice own: version 4$/u);
    assert.equal(await run.end('SIGINT'), 0, run.stderr);
  });

  it('takes options and permissions from the configuration, and follows it', async () => {
    const word = folder.file('word.txt', 'granted');
    const config = (tail: string): string => `sources: { x: { use: pcap, path: x.pcap } }
analysers: { own: { use: ./mine.ts, from: [x], say: ${tail}, permissions: { read: [${word}] } } }
sinks: { out: { use: jsonl, path: out.jsonl, from: [own] } }
`;
    const options = "say: { type: 'string', doc: 'what to log' }";
    const create = `host.log('info', readFileSync(${JSON.stringify(word)}, 'utf8') + ' ' + options.say);`;
    const mine = save('mine.ts', plugin(1, { options, create }));
    const run = watch('--config', save('c.yaml', config('one')), '--analyser', 'own');
    await run.says(/^unackd: own: granted one$/u);
    save('c.yaml', config('two'));
    await run.says(/^unackd: \S*c\.yaml changed: \S+c\.yaml read again: changed own$/u);
    await run.says(/^unackd: own: granted two$/u);
    assert.equal(await run.end('SIGTERM'), 0, run.stderr);

    const refused = unackd(['watch', '--read', blackHole, '--analyser', mine]);
    assert.equal(refused.status, 65);
    assert.match(
      refused.stderr,
      /^unackd: \S+mine\.ts: 'say' is missing: .* --config FILE, .*\n$/u,
    );
  });

  it('gives records, of a capture always the same, and to two analysers of a name ids of their own', () => {
    const paths = ['a.ts', 'b.ts'].map((name, i) => save(name, plugin(i + 1)));
    const args = paths.flatMap((path) => ['--analyser', path]);
    const read = ['watch', '--read', blackHole, '--speed', '0', '--format', 'jsonl', ...args];
    const [first, second] = [unackd(read), unackd(read)];
    assert.equal(first.status, 0, first.stderr);
    assert.equal(first.stdout, second.stdout);
    const texts = parseLines(first.stdout).flatMap(({ code, text }) =>
      code === 'own' ? text : [],
    );
    const of = (version: number): number =>
      texts.filter((text) => text === `version ${version}`).length;
    assert.ok(of(1) > 500);
    assert.equal(of(1), of(2));
  });

  it('on a terminal they are told below the table, each fault once', function () {
    needs(this, shell('python3 -c "import pty"').status === 0, 'no python3 for a terminal');
    const mine = save('mine.ts', plugin(1));
    const lie = "emit({ type: 'notice', code: 'own', time: a.at, text: 1 }); return;";
    const next = folder.file('next', plugin(2, { attempt: lie }));
    const args = ['watch', '--read', blackHole, '--speed', '8', '--analyser', mine];
    const played = play(args, { columns: 160, rows: 24 }, [
      ['wait', 'notice own: version 1'],
      ['rename', next, mine],
      ['wait', 'was refused'],
      ['mark'],
      ['sleep', 0.5],
      ['type', 'q'],
    ]);
    assert.equal(played.problem, null);
    assert.equal(played.code, 0);
    const shown = played.parts.map((part) => part.shown).join('');
    assert.match(shown, /mine: a message of plugin mine was refused/u);
    assert.doesNotMatch(shown, /notice plugin-refused/u);
  });

  it('on a terminal the end of a capture is the end of reloads, and told', function () {
    needs(this, shell('python3 -c "import pty"').status === 0, 'no python3 for a terminal');
    const args = ['watch', '--read', blackHole, '--speed', '0', '--analyser'];
    const played = play([...args, save('mine.ts', plugin(1))], { columns: 160 }, [
      ['wait', 'the capture is over: what is saved from now on is seen at the next start'],
      ['type', 'q'],
    ]);
    assert.deepEqual([played.problem, played.code], [null, 0]);
  });

  const wrong: readonly (readonly [args: readonly string[], status: number, says: RegExp])[] = [
    [['--analyser', './none.ts'], 66, /^unackd: \.\/none\.ts: there is no such file; /u],
    [
      ['--analyser', 'plugins/examples/ntfy/ntfy.ts'],
      65,
      /that is a plugin for a sink, no analyser/u,
    ],
    [['--analyser', ''], 2, /an analyser is empty/u],
    [['--config', '-', '--analyser', 'x'], 2, /wants a configuration to follow/u],
  ];
  for (const [args, status, says] of wrong) {
    it(`watch ${args.join(' ')}: says what is wrong`, () => {
      const result = unackd(['watch', '--read', blackHole, ...args]);
      assert.equal(result.status, status, result.stderr);
      assert.match(result.stderr, says);
      assert.equal(result.stderr.trimEnd().split('\n').length, 1);
    });
  }

  it('knows the ids of the configuration', () => {
    save('mine.ts', plugin(1));
    const config = save(
      'c.yaml',
      `sources: { x: { use: pcap, path: x.pcap } }
analysers: { own: { use: ./mine.ts, from: [x] }, holes: { use: black-hole, from: [x] } }
sinks: { out: { use: jsonl, path: out.jsonl, from: [own, holes] } }
`,
    );
    const named = (name: string): string =>
      unackd(['watch', '--read', blackHole, '--config', config, '--analyser', name]).stderr;
    assert.match(named('onw'), /^unackd: onw: there is no such file; did you mean 'own'\?\n$/u);
    assert.match(named('holes'), /'holes' is black-hole, which comes with unackd\n$/u);
  });
});

/** `run --dev`: what its author saves is taken up. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { CAPTURES, Folder, needsBuild } from '../support/unackd.ts';
import { Running } from './running.ts';

/** An analyser that says at its start which version it is. */
function plugin(name: string, version: number, body = ''): string {
  return `import { defineAnalyser } from 'unackd';
export default defineAnalyser({
  api: 1, name: '${name}', doc: 'Says its version.', reads: ['attempt'], emits: ['notice'], options: {},
  create: (_, host) => (host.log('info', 'version ${version}'), { attempt() { ${body} } }),
});
`;
}

function config(speed: number, use: string): string {
  return `sources: { x: { use: pcap, path: ${CAPTURES}/black-hole.pcap, speed: ${speed} } }
analysers: { a: { use: ${use}, from: [x] } }
sinks: { out: { use: jsonl, path: out.jsonl, from: [a] } }
plugin_dirs: [plugins]
`;
}

describe('run --dev', function () {
  this.timeout(40_000);
  const folder = new Folder();
  let daemon: Running | undefined;

  before(function () {
    needsBuild(this);
    // Root's plugins run as nobody.
    chmodSync(folder.path, 0o755);
    mkdirSync(folder.at('plugins'));
  });
  afterEach(async () => {
    await daemon?.end('SIGKILL');
    daemon = undefined;
  });
  after(() => folder.remove());

  /** As editors do: a new file, renamed into the place of the old one. */
  function save(name: string, text: string): void {
    renameSync(folder.file(`.${name}.swp`, text), folder.at(name));
  }

  function start(text: string): Running {
    daemon = new Running(folder.file('c.yaml', text), {}, ['--dev']);
    return daemon;
  }

  it('reloads plugins and configuration; what is broken changes nothing, and is told in a line', async () => {
    folder.file('mine.ts', plugin('mine', 1));
    const run = start(config(1, './mine.ts'));
    await run.says(/ dev: follows \d+ files? .* and reloads when one changes/u);
    await run.says(/ a: version 1$/u);

    save('mine.ts', plugin('mine', 2));
    await run.says(/ dev: \S*mine\.ts changed: \S+c\.yaml read again: changed a; kept x, out$/u);
    await run.says(/ a: version 2$/u);

    for (const turn of [1, 2]) {
      save('mine.ts', `const turn = ${turn};\nconst b = (;\n`);
      await run.says(
        /error unackd: dev: \S*mine\.ts changed: .*nothing is changed: \S+c\.yaml:2:24 error unknown-plugin: '\.\/mine\.ts' can't be used as a plugin: mine\.ts:2:12: SyntaxError: Expression expected$/u,
        10_000,
        turn,
      );
    }

    save('mine.ts', plugin('mine', 3, "throw new Error('boo');"));
    await run.says(/ a: version 3$/u);
    await run.says(/ debug a: +at Object\.attempt \(.*mine\.ts:4:\d+\)$/u);

    save('c.yaml', config(1, 'late'));
    await run.says(/ error unknown-plugin: no plugin for an analyser is called 'late'$/u);
    folder.file('plugins/late.ts', plugin('late', 4));
    await run.says(/ a: version 4$/u);
    assert.equal(await run.end('SIGTERM'), 0, run.stderr);
  });

  it('reads captures again that were read to their end', async () => {
    folder.file('mine.ts', plugin('mine', 1));
    const run = start(config(0, './mine.ts'));
    await run.says(/ dev: waits for a change/u);
    const ends = (): number =>
      run.stderr.split('\n').filter((line) => / ended after /u.test(line)).length;
    assert.equal(ends(), 1);
    // What else is written beside them is nobody's business.
    folder.file('other.ts', '');
    rmSync(folder.at('other.ts'));
    save('mine.ts', plugin('mine', 2));
    await run.says(/ a: version 2$/u);
    await run.says(/ dev: waits for a change/u, 10_000, 2);
    assert.equal(ends(), 2);
    assert.equal(await run.end('SIGINT'), 0, run.stderr);
  });
});

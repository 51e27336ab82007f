/** On a kernel without Landlock, Node's permission model holds plugins alone, and that is said. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';
import { CAPTURES, Folder, needsBuild, shell } from '../support/unackd.ts';
import { PLUGINS } from './support/opened.ts';

const WITHOUT = join(import.meta.dirname, 'support/without_landlock.py');

describe('outside plugins: without Landlock', function () {
  this.timeout(40_000);
  const folder = new Folder();

  before(function () {
    needsBuild(this);
    const tried = spawnSync('python3', [WITHOUT, 'true'], { encoding: 'utf8' });
    needs(this, tried.status === 0, `no python3, or no seccomp: ${tried.stderr ?? ''}`);
    // Root's plugins run as nobody.
    chmodSync(folder.path, 0o755);
  });
  after(() => folder.remove());

  it('plugin check says so, and goes on', () => {
    const { status, stdout, stderr } = shell('python3 $1 "$U" plugin check $2', [
      WITHOUT,
      join(PLUGINS, 'tally.ts'),
    ]);
    assert.equal(status, 0, stdout + stderr);
    assert.match(stderr, /^unackd: .*no Landlock here.*Linux 5\.13 or later.*the checks go on$/mu);
    assert.match(stdout, / 0 failed/u);
  });

  it('a plugin runs, and may read and write nothing else all the same', () => {
    const secret = folder.file('secret', 'x');
    const config = folder.file(
      'c.yaml',
      `sources: { x: { use: pcap, path: ${CAPTURES}/drop.pcap } }
analysers: { a: { use: ${PLUGINS}/moody.ts, from: [x], bad: ${secret} } }
sinks: { out: { use: ${PLUGINS}/lines.ts, file: ${folder.at('out')}, from: [a, endpoints] } }
`,
    );
    const { status, stderr } = shell('python3 $1 "$U" run -c $2', [WITHOUT, config]);
    assert.match(stderr, / a: plugin moody failed at moody\.ts:\d+:\d+: no permission to read /u);
    assert.match(
      stderr,
      / out: plugin lines failed at lines\.ts:\d+:\d+: no permission to write /u,
    );
    assert.match(
      stderr,
      /^unackd: out: its plugin failed at the end; \d+ records? did not reach it$/mu,
    );
    assert.equal(status, 74);
  });
});

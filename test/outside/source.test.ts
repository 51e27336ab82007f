/** A source in a process of its own: its frames are held to what the engine can take. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Folder, needsBuild, parseLines, unackd } from '../support/unackd.ts';
import type { Result } from '../support/unackd.ts';

describe('outside plugins: sources', function () {
  this.timeout(60_000);
  const folder = new Folder();

  before(function () {
    needsBuild(this);
  });

  after(() => folder.remove());

  function run(wrong: string): Result {
    const config = folder.file(
      'c.yaml',
      `sources: { x: { use: ${join(import.meta.dirname, 'plugins/frames.ts')}, wrong: '${wrong}' } }
sinks: { out: { use: jsonl, path: '-', from: [attempts] } }
`,
    );
    return unackd(['run', '--config', config]);
  }

  it('hand over frames that are read like any other', () => {
    const { status, stdout, stderr } = run('');
    assert.equal(status, 0, stderr);
    const last = parseLines(stdout).at(-1);
    assert.equal(last?.['outcome'], 'unanswered');
    assert.equal(last?.['syns'], 6);
  });

  const wrongs: readonly (readonly [wrong: string, told: RegExp])[] = [
    ['time', /x: handed over what are no frames: a time is no whole number of microseconds/u],
    ['iface', /x: handed over what are no frames: an interface that there is not/u],
    ['throw', /x: plugin frames failed at frames\.ts:\d+:\d+: RangeError: no more/u],
  ];
  for (const [wrong, told] of wrongs) {
    it(`are told of where they fail (${wrong})`, () => {
      const { status, stderr } = run(wrong);
      assert.equal(status, 65);
      assert.match(stderr, told);
    });
  }
});

/** Plugins of a running daemon that were switched off, or are others by now. */
import assert from 'node:assert/strict';
import { chmodSync, rmSync } from 'node:fs';
import { Running } from '../daemon/running.ts';
import { CAPTURES, Folder, needsBuild } from '../support/unackd.ts';
import { PLUGINS } from './support/opened.ts';

describe('outside plugins: reloads', function () {
  this.timeout(40_000);
  const folder = new Folder();
  let daemon: Running | undefined;

  before(function () {
    needsBuild(this);
    // Root's plugins run as nobody.
    chmodSync(folder.path, 0o755);
  });
  afterEach(async () => {
    await daemon?.end('SIGKILL');
    daemon = undefined;
  });
  after(() => folder.remove());

  it('try again what was switched off, though nothing has changed', async () => {
    const bad = folder.file('bad', '');
    const rights = `bad: ${bad}, permissions: { read: [${bad}] }`;
    const config = folder.file(
      'c.yaml',
      `sources: { x: { use: pcap, path: ${CAPTURES}/black-hole.pcap, speed: 4 } }
analysers: { a: { use: ${PLUGINS}/moody.ts, from: [x], ${rights} } }
sinks: { s: { use: ${PLUGINS}/moody-sink.ts, from: [a, notices], ${rights} } }
`,
    );
    daemon = new Running(config);
    await daemon.says(
      / error a: plugin moody failed at moody\.ts:\d+:\d+: a bad day; .*off until a reload \(SIGHUP; .* a save\)$/u,
    );
    await daemon.says(/ error s: plugin moody-sink .* off until a reload \(SIGHUP; .* a save\)$/u);
    rmSync(bad);
    daemon.signal('SIGHUP');
    await daemon.says(
      / info a: plugin moody is tried again; since it was switched off it missed /u,
    );
    await daemon.says(/ SIGHUP: .* read again: tried again a, s; kept x$/u);
    await daemon.says(/ info a: sees attempts$/u);
    await daemon.says(/ info s: takes plugin-runs-again$/u);
    assert.equal(await daemon.end('SIGTERM'), 0, daemon.stderr);
  });
});

/** Native code out of the one file: libpcap's and SQLite's in the same process. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { packedBinary } from '../support/packed.ts';
import { CAPTURES, Folder, needsBuild } from '../support/unackd.ts';

describe('the packed binary', function () {
  this.timeout(120_000);

  it('loads each addon as itself, whichever comes first', async function () {
    needsBuild(this);
    const program = await packedBinary();
    const folder = new Folder();
    const sinks = `sinks:\n  history: { use: sqlite, path: ${folder.at('x.db')} }\n`;
    const capture = `${CAPTURES}/black-hole.pcap`;
    const wrote = folder.file(
      'file.yaml',
      `sources:\n  a: { use: pcap, path: ${capture} }\n${sinks}`,
    );
    const live = folder.file('live.yaml', `sources:\n  a: { use: live, interface: any }\n${sinks}`);
    const run = (...args: readonly string[]) => spawnSync(program, args, { encoding: 'utf8' });
    assert.equal(run('run', '--no-progress', '--config', wrote).status, 0);
    // The live source's options are checked by libpcap, before the database is opened.
    const { status, stdout, stderr } = run('incidents', '--config', live, '--format', 'jsonl');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /"kind":"black-hole"/u);
    folder.remove();
  });
});
